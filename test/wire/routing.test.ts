import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { parseReply, rawExchange } from '../support/raw-http.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const entry = fileURLToPath(new URL('../contract/entries/echo_str.ts', import.meta.url));
const ownDocument = '{\n  "openapi": "3.0.3",\n  "x-number": 12345678901234567890\n}\n';

let host: HostProcess;
beforeAll(async () => {
  host = await HostProcess.start({ entry, env: { AML_APP_ROOT: temporaryFolder({ 'swagger3.json': ownDocument }) } });
});
afterAll(() => host.stop());

describe('CONNECT, to which Node has no reply of its own', () => {
  it.each([
    ['/score', 405],
    ['elsewhere.example:443', 404],
  ])('of %s is answered %i, with an id, and closed', async (target, status) => {
    const received = await rawExchange(host.port, [`CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\n`], {
      isEnough: () => false,
    });
    const reply = parseReply(received);
    const headers = Object.fromEntries(reply.headers.map(([name, value]) => [name.toLowerCase(), value]));
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.body.toString())).toMatchObject({ requestId: headers['x-request-id'] });
    expect(headers.connection).toBe('close');
  });
});

describe('GET /swagger.json', () => {
  it('takes all behind the first question mark for the query', async () => {
    const reply = await host.fetch('/swagger.json?version=2?x');
    expect(reply.status).toBe(404);
    expect(await reply.json()).toMatchObject({
      message: 'Swagger version [2?x] is not valid. Supported versions: [2, 3, 3.1].',
    });
  });
});

describe('documents in the app root', () => {
  it('are served as they stand in place of the generated ones, and the others are generated', async () => {
    const own = await host.fetch('/swagger.json?version=3');
    expect([own.headers.get('content-type'), await own.text()]).toEqual(['application/json', ownDocument]);
    expect(await (await host.fetch('/swagger.json')).json()).toMatchObject({ swagger: '2.0', info: {} });
    expect(await (await host.fetch('/swagger.json?version=3.1')).json()).toMatchObject({
      openapi: '3.1.0',
      info: {},
    });
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
