import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectPlan } from '../../../src/runtime/collect/collect-plan.js';
import { readConfig } from '../../../src/runtime/config/read.js';
import { CONNECTION, storagePackage } from '../../support/storage-package.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

async function planOf(env: Record<string, string>, folders: readonly string[] = []) {
  const { config } = await readConfig([], { AML_MODEL_DC_STORAGE_ENABLED: 'true', ...env });
  return collectPlan(config, folders, 'scorehost/0.0.0');
}

const folder = { SCOREHOST_COLLECT_FOLDER: '/data' };
const file = (content: string) => {
  const path = join(temporaryFolder(), 'config.json');
  writeFileSync(path, content);
  return path;
};

describe('collectPlan()', () => {
  it('is none unless it is switched on, by any of the three names, and has somewhere to write to', async () => {
    const off = { AML_MODEL_DC_STORAGE_ENABLED: 'false' };
    expect(await planOf({ ...folder, ...off })).toBeUndefined();
    expect(await planOf({})).toBeUndefined();
    expect(await planOf(folder)).toBeDefined();
    expect(await planOf({ ...folder, ...off, AML_MDC_STORAGE_ENABLED: 'true' })).toBeDefined();
    expect(await planOf({ ...folder, ...off, AZUREML_MDC_CONFIG_PATH: file('{}') })).toBeDefined();
  });

  it('collects of every call what is asked for', async () => {
    const rates = async (automatic: string) =>
      (await planOf({ ...folder, SCOREHOST_COLLECT_AUTOMATIC: automatic, SCOREHOST_COLLECT_SAMPLING_RATE: '.25' }))
        ?.rules;
    expect(await rates('off')).toMatchObject({ rates: { request: 0, response: 0 }, otherRate: 0.25 });
    expect(await rates('inputs')).toMatchObject({ rates: { request: 0.25, response: 0 } });
    expect(await rates('outputs')).toMatchObject({ rates: { request: 0, response: 0.25 } });
    expect(await rates('both')).toMatchObject({ rates: { request: 0.25, response: 0.25 } });
  });

  it('heeds the file that Azure ML writes', async () => {
    const path = file(`{
      "collections": {
        "Model_Inputs": { "enabled": true, "sampling_percentage": 40 },
        "response": { "enabled": true, "sampleRatePercentage": 50 },
        "other": { "enabled": false, "sampling_percentage": 100 }
      },
      "runMode": "local",
      "captureHeaders": ["X-Tenant", "authorization", "Cookie", "X-API-Key"]
    }`);
    const plan = await planOf({ ...folder, AZUREML_MDC_CONFIG_PATH: path });
    expect(plan?.rules).toMatchObject({
      rates: { request: 0, response: 0.5, model_inputs: 0.4, other: 0 },
      otherRate: 0,
    });
    expect(plan?.captureHeaders).toEqual(['x-tenant']);
  });

  it.each([
    ['nothing', 'Unexpected end of JSON input'],
    ['[]', 'it must be an object'],
    ['{"collections": {"a": 1}}', 'collections.a must be an object'],
    ['{"collections": {"a": {"enabled": true, "sampling_percentage": 101}}}', 'a number from 0 to 100'],
    ['{"captureHeaders": "x"}', 'captureHeaders must be a list'],
  ])('refuses a file with %s', async (content, problem) => {
    const path = file(content === 'nothing' ? '' : content);
    await expect(planOf({ ...folder, AZUREML_MDC_CONFIG_PATH: path })).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      message: expect.stringContaining(problem),
    });
  });

  it('names the service by its setting', async () => {
    const names = async (env: Record<string, string>) => (await planOf({ ...folder, ...env }))?.names;
    expect(await names({})).toMatchObject({ service: 'default', endpoint: 'default', deployment: 'default' });
    expect(await names({ SERVICE_NAME: 'credit' })).toMatchObject({ service: 'credit', endpoint: 'credit' });
    expect(await names({ SERVICE_NAME: 'credit', SCOREHOST_COLLECT_ENDPOINT: 'e' })).toMatchObject({ endpoint: 'e' });
  });
});

describe('a storage account', () => {
  const { folder: root, packagePath } = storagePackage();

  it('is written to by the package that lies beside the entry module', async () => {
    expect((await planOf({ AML_MODEL_DC_STORAGE: CONNECTION }, ['/nowhere', root]))?.sink).toEqual({
      kind: 'blob',
      packagePath,
      container: 'modeldata',
      connectionString: CONNECTION,
      connectionFile: '',
    });
    const path = file(`${CONNECTION}\n`);
    expect((await planOf({ AML_MODEL_DC_STORAGE_FILE: path }, [root]))?.sink).toMatchObject({
      connectionString: CONNECTION,
      connectionFile: path,
    });
  });

  it.each([
    [{ ...folder, AML_MODEL_DC_STORAGE: CONNECTION }, 'SCOREHOST_COLLECT_FOLDER and AML_MODEL_DC_STORAGE are set'],
    [{ AML_MODEL_DC_STORAGE: 'c2VjcmV0LWtleQ==' }, 'AML_MODEL_DC_STORAGE is no connection string'],
    [{ AML_MODEL_DC_STORAGE_FILE: '/nowhere' }, 'Cannot read AML_MODEL_DC_STORAGE_FILE: ENOENT'],
    [{ AML_MODEL_DC_STORAGE: CONNECTION, SCOREHOST_COLLECT_CONTAINER: 'Model_Data' }, "'Model_Data'"],
  ])('stops the start with %j, and says no secret', async (env, problem) => {
    const error = await planOf(env as Record<string, string>, [root]).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'SETTING_INVALID', message: expect.stringContaining(problem) });
    expect(`${(error as Error).message} ${(error as { fix?: string }).fix}`).not.toContain('c2VjcmV0');
  });
});
