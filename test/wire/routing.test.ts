import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { parseReply, rawExchange } from '../support/raw-http.js';

const entry = fileURLToPath(new URL('../contract/entries/echo_str.ts', import.meta.url));

let host: HostProcess;
beforeAll(async () => {
  host = await HostProcess.start({ entry });
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
