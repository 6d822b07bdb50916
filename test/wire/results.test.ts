import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';

const entry = fileURLToPath(new URL('../fixtures/entries/results.ts', import.meta.url));

let host: HostProcess;
beforeAll(async () => {
  host = await HostProcess.start({ entry });
});
afterAll(() => host.stop());

async function result(name: string, headers: Record<string, string> = {}) {
  const response = await host.score(name, { 'content-type': 'text/plain', ...headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('what run returns becomes JSON', () => {
  it.each([
    ['undefined', 'null'],
    ['null', 'null'],
    ['text', '"žluťoučký \u2028 \\"kůň\\""'],
    ['nan', '[null,null,-0.0]'],
    ['bigint', '{"whole":1180591620717411303424}'],
    ['date', '"2020-01-02T03:04:05.678Z"'],
    ['nested bytes', '{"data":"aGk="}'],
    ['float32', '[0.1,202.83589,null]'],
    ['float64', '[0.1,1e+300]'],
    ['int64', '[-9223372036854775808,1]'],
    ['tensor', '[[1,2,3],[4,5,6]]'],
    ['bool tensor', '[true,false]'],
    ['string tensor', '[["a"],["b"]]'],
    ['scalar', '7'],
    ['nested tensor', '{"scores":[[0.5]],"label":"x"}'],
    ['empty tensor', '[]'],
    ['map', '{"a":1}'],
    ['set', '[1,2]'],
    ['promise', '"awaited"'],
  ])('%s', async (name, json) => {
    const { status, headers, text } = await result(name);
    expect({ status, text }).toEqual({ status: 200, text: json });
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('x-ms-run-function-failed')).toBe('False');
    expect(headers.get('x-ms-run-fn-exec-ms')).toMatch(/^\d+\.\d{3}$/);
  });
});

describe('what run returns is sent as it is', () => {
  it('bytes', async () => {
    const response = await host.score('bytes', {});
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.of(0, 1, 255));
  });

  it('a Response: status, headers and body', async () => {
    const { status, headers, text } = await result('response');
    expect({ status, text }).toEqual({ status: 201, text: 'made' });
    expect(headers.get('content-type')).toBe('text/csv');
    expect(headers.get('set-cookie')).toBe('a=b');
    expect(headers.get('content-length')).toBe('4');
    expect(headers.get('x-ms-run-function-failed')).toBe('False');
  });

  it('a Response of 500 and above counts as failed', async () => {
    const { status, headers, text } = await result('json response');
    expect({ status, text }).toEqual({ status: 503, text: '{"why":"busy"}' });
    expect(headers.get('retry-after')).toBe('7');
    expect(headers.get('x-ms-run-function-failed')).toBe('True');
  });

  it('a Response without a body', async () => {
    expect(await result('empty response')).toMatchObject({ status: 204, text: '' });
  });

  it('but for the headers that are the host’s own', async () => {
    const { headers } = await result('spoofed response', { 'x-request-id': 'real' });
    expect(headers.get('x-request-id')).toBe('real');
    expect(headers.get('x-ms-run-function-failed')).toBe('False');
  });
});

describe('what run does wrong is a 500 that tells the caller nothing and the log everything', () => {
  it.each(['throws', 'throws a string'])('%s', async (name) => {
    const { status, headers, text } = await result(name, { 'x-request-id': `id of ${name}` });
    expect(status).toBe(500);
    expect(headers.get('x-ms-run-function-failed')).toBe('True');
    expect(headers.get('x-ms-run-fn-exec-ms')).toBeNull();
    expect(JSON.parse(text)).toEqual({
      message: 'An unexpected error occurred in scoring script. Check the logs for more info.',
      code: 'RUN_FAILED',
      requestId: `id of ${name}`,
    });
  });

  it('logs the stack with the line of the user’s own file, under the request id', async () => {
    await result('throws', { 'x-request-id': 'with stack' });
    const line = await host.untilLog(({ requestId, msg }) => requestId === 'with stack' && !/^POST/.test(String(msg)));
    expect(line.msg).toMatch(/secret detail in \/etc\/secret[\s\S]*test\/fixtures\/entries\/results\.ts:34:11/);
    expect(line.msg).not.toContain('/dist/');
  });

  it.each([
    ['circular', /contains itself/],
    ['function', /a function is not JSON/],
  ])('%s: says what cannot be sent', async (name, reason) => {
    const { status, text } = await result(name);
    expect(status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'RESULT_INVALID', message: expect.stringMatching(reason) });
  });

  it('an error of the host’s own classes thrown in run is no fault of the caller', async () => {
    expect((await result('throws what a bad input throws')).status).toBe(500);
  });
});

describe('requestContext()', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('has the ids, the method, the target and the headers', async () => {
    const headers = { 'x-request-id': 'r1', 'x-ms-client-request-id': 'c1', traceparent, 'x-custom': 'v' };
    expect(JSON.parse((await result('context', headers)).text)).toEqual({
      requestId: 'r1',
      clientRequestId: 'c1',
      traceparent,
      method: 'POST',
      target: '/score',
      custom: 'v',
    });
  });

  it('gives the lines of user code the ids of their call, also behind an await', async () => {
    await result('logs', { 'x-request-id': 'logging', traceparent });
    await host.untilOutput(/a line of stdout/);
    await host.untilLog(({ requestId, status }) => requestId === 'logging' && status === 200);
    const lines = host.logs.filter(({ requestId }) => requestId === 'logging');
    const texts = lines.map(({ level, msg }) => `${level}: ${msg}`);
    expect(texts).toContain('info: a line of console.log');
    expect(texts.some((text) => text.startsWith('info: ┌'))).toBe(true);
    expect(texts).toContain("warn: a line of the context { with: 'fields' }");
    expect(texts.some((text) => text.startsWith('error: Error: a line after an await'))).toBe(true);
    expect(texts.some((text) => text.startsWith('info: POST /score 200'))).toBe(true);
    expect(lines.every(({ trace_id }) => trace_id === '0af7651916cd43dd8448eb211c80319c')).toBe(true);
    expect(host.logs.some(({ msg }) => msg === 'a line of stdout')).toBe(true);
  });
});
