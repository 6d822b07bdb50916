import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const diabetes = fileURLToPath(new URL('../../entry-scripts/diabetes', import.meta.url));

interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `scorehost schema` does with these arguments. */
function schema(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Printed> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [main, 'schema', ...args], { env: { PATH, HOME, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** It needs no model, and says so where its init() is called. */
const noisy = temporaryFolder({
  'score.ts': `import { inputSchema, NumpyParameterType } from 'scorehost';
console.log('a line');
process.stdout.write('raw output\\n');
process.on('exit', () => process.stdout.write('a last line\\n'));
export function init() { throw new Error('init() was called'); }
export const run = inputSchema('rows', new NumpyParameterType([[1, 2]]))((rows) => rows);
`,
});

describe('scorehost schema ENTRY', () => {
  describe('prints the document that the service answers, indented:', () => {
    const env = { SERVICE_NAME: 'Mine' };
    let host: HostProcess;
    beforeAll(async () => {
      host = await HostProcess.start({ entry: diabetes, env });
    });
    afterAll(() => host?.stop());

    it.each([
      [[], '3.1'],
      [['--version=3'], '3'],
      [['--version', '2'], '2'],
    ])('%j', async (args, version) => {
      const served = await (await host.fetch(`/swagger.json?version=${version}`)).text();
      const { code, stdout, stderr } = await schema([diabetes, ...args], env);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toBe(`${JSON.stringify(JSON.parse(served), null, 2)}\n`);
      expect(stdout).toContain('"title": "Mine"');
    });
  });

  it('calls no init(), and keeps what the module writes off stdout', async () => {
    const { code, stdout, stderr } = await schema(['--version', '2', noisy], {
      SERVICE_VERSION: '7',
      SERVICE_PATH_PREFIX: 'a',
    });
    expect(JSON.parse(stdout)).toMatchObject({ swagger: '2.0', info: { version: '7' }, paths: { '/a/score': {} } });
    expect(stderr.trim().split('\n').sort()).toEqual(['a last line', 'a line', 'raw output']);
    expect(code).toBe(0);
  });

  it('prints a document of the user, with its numbers as they stand', async () => {
    const appRoot = temporaryFolder({ 'swagger3.1.json': '{"openapi":"3.1.0","x":[12345678901234567890,{}]}' });
    const { code, stdout } = await schema([diabetes], { AML_APP_ROOT: appRoot });
    expect(stdout).toBe('{\n  "openapi": "3.1.0",\n  "x": [\n    12345678901234567890,\n    {}\n  ]\n}\n');
    expect(code).toBe(0);
  });

  it('is explained by --help, and listed by scorehost --help', async () => {
    const { code, stdout } = await schema(['--help']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Usage: scorehost schema [ENTRY]')]);
    const usage = await new Promise((resolve) =>
      execFile(process.execPath, [main, '--help'], (_, text) => resolve(text)),
    );
    expect(usage).toContain('  scorehost schema path/to/score.ts ');
  });
});

describe('scorehost schema refuses, with nothing on stdout,', () => {
  const broken = (code: string) => temporaryFolder({ 'score.ts': code });
  it.each([
    ['a version that is none', [diabetes, '--version', '4'], 1, "--version is '4', but must be 2, 3 or 3.1."],
    ['no version', [diabetes, '--version'], 1, '--version is empty, but must be 2, 3 or 3.1.'],
    ['an unknown flag', [diabetes, '--nope'], 1, 'There is no flag --nope.'],
    ['the flag of serve', [diabetes, '--check'], 1, 'There is no flag --check'],
    ['a file that is missing', ['/no/such/score.ts'], 3, 'Cannot find the entry module /no/such/score.ts'],
    ['a module that throws', [broken("throw new Error('no labels');")], 3, 'could not be loaded: no labels'],
    ['a module that ends the process', [broken('process.exit(0);')], 3, 'the entry module ended the process'],
    ['a module that kills its process', [broken("process.kill(process.pid, 'SIGKILL');")], 3, 'was ended by SIGKILL'],
  ])('%s', async (_what, args, exitCode, text) => {
    const { code, stdout, stderr } = await schema(args);
    expect(stderr).toContain(`scorehost cannot start: `);
    expect(stderr).toContain(text);
    expect(stderr).toMatch(/\nFix: \S/);
    expect([code, stdout]).toEqual([exitCode, '']);
  });

  it('a document of the user that is none', async () => {
    const appRoot = temporaryFolder({ 'swagger.json': '[]' });
    const { code, stdout, stderr } = await schema([diabetes], { AML_APP_ROOT: appRoot });
    expect(stderr).toContain(`Cannot serve the document ${appRoot}/swagger.json: it is an array`);
    expect([code, stdout]).toEqual([3, '']);
  });
});
