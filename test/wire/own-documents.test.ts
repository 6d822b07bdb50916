import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const entry = fileURLToPath(new URL('../contract/entries/echo_str.ts', import.meta.url));

describe('documents in the app root', () => {
  it('are served as they stand in place of the generated ones, and the others are generated', async () => {
    const mine = '{\n  "openapi": "3.0.3",\n  "x-number": 12345678901234567890\n}\n';
    const host = await HostProcess.start({ entry, env: { AML_APP_ROOT: temporaryFolder({ 'swagger3.json': mine }) } });
    try {
      const own = await host.fetch('/swagger.json?version=3');
      expect([own.headers.get('content-type'), await own.text()]).toEqual(['application/json', mine]);
      expect(await (await host.fetch('/swagger.json')).json()).toMatchObject({ swagger: '2.0', info: {} });
      expect(await (await host.fetch('/swagger.json?version=3.1')).json()).toMatchObject({
        openapi: '3.1.0',
        info: {},
      });
    } finally {
      await host.stop();
    }
  });

  it.each([[[]], [['--check']]])('stop the start with a report if they are none: %j', async (args) => {
    const appRoot = temporaryFolder({ 'swagger.json': '{"openapi": "3.1.0"}' });
    const { code, errors } = await HostProcess.runToEnd({ entry, args, env: { AML_APP_ROOT: appRoot } });
    const headline = `Cannot serve the document ${appRoot}/swagger.json: it has no "swagger", but must say "swagger": "2.0".`;
    expect(errors).toBe(
      `scorehost cannot start: ${headline}\n\n` +
        'Fix: Rename it to swagger3.1.json, which is for its version; or take the file away, and the document is made ' +
        `from the schema of the entry module.\n\nExit code 3, DOCUMENT_INVALID: ${headline}\n`,
    );
    expect(code).toBe(3);
  });
});
