import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { parseReply, rawExchange } from '../support/raw-http.js';

const entry = fileURLToPath(new URL('../fixtures/entries/streams.ts', import.meta.url));
const scoreRequest = (body: string) =>
  `POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

let host: HostProcess;
beforeAll(async () => {
  host = await HostProcess.start({ entry, env: { SCOREHOST_STREAM_IDLE_MS: '1000' } });
});
afterAll(() => host.stop());

async function stream(what: string, headers: Record<string, string> = {}) {
  const response = await host.score(what, { 'content-type': 'text/plain', ...headers });
  return { response, type: response.headers.get('content-type'), text: await response.text() };
}

describe('a run that returns a generator', () => {
  it('sends each piece of text as it is yielded', async () => {
    const response = await host.score('words', { 'content-type': 'text/plain' });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('one ');
    const firstAt = performance.now();
    expect((await reader.read()).value).toBe('two');
    expect(performance.now() - firstAt).toBeGreaterThan(150);
    expect((await reader.read()).done).toBe(true);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('x-ms-run-function-failed')).toBe('False');
  });

  it('sends other values as lines of JSON, and bytes as they are', async () => {
    expect(await stream('numbers')).toMatchObject({
      type: 'application/x-ndjson',
      text: '{"n":1}\n{"n":1152921504606846976}\n',
    });
    expect((await stream('bytes')).type).toBe('application/octet-stream');
    expect((await stream('generator')).text).toBe('ab');
  });

  it('sends server-sent events to a caller that accepts them', async () => {
    const events = await stream('numbers', { accept: 'text/event-stream' });
    expect(events).toMatchObject({
      type: 'text/event-stream',
      text: 'data: {"n":1}\n\ndata: {"n":1152921504606846976}\n\n',
    });
  });

  it('ends a line of an event only where the format ends one', async () => {
    const { text } = await stream('lines', { accept: 'text/event-stream' });
    expect(text).toBe('data: one\ndata: two\ndata: three\n\ndata: {"text":"a\u2028b"}\n\n');
  });

  it('is a plain 500 if it fails before its first item', async () => {
    const { response, text } = await stream('fails-first');
    expect(response.status).toBe(500);
    expect(response.headers.get('x-ms-run-function-failed')).toBe('True');
    expect(text).not.toContain('no first item');
  });

  it('cuts the connection if it fails later, so that no caller takes half for the whole', async () => {
    const reply = parseReply(await rawExchange(host.port, [scoreRequest('fails-later')]));
    expect(reply).toMatchObject({ status: 200, terminated: false });
    expect(String(reply.body)).toBe('first');
    await host.untilOutput(/no second item/);
  });

  it('is stopped when the client leaves: its finally runs, its signal fires', async () => {
    const leaver = new AbortController();
    const response = await fetch(`${host.url}/score`, { method: 'POST', body: 'endless', signal: leaver.signal });
    await response.body!.getReader().read();
    leaver.abort();
    let stopped = '';
    for (let i = 0; i < 100 && !stopped.includes('finally'); i++) {
      await sleep(20);
      stopped = (await stream('stopped')).text;
    }
    expect(stopped).toBe('"finally, running aborted"');
  });

  it('is not asked for more than its reader takes', async () => {
    const socket = connect(host.port, '127.0.0.1');
    socket.write(scoreRequest('big'));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    await sleep(600);
    const produced = host.logs
      .map((line) => /^produced (\d+)$/.exec(String(line.msg))?.[1])
      .filter(Boolean)
      .map(Number);
    socket.destroy();
    // 64 MB in all: what the kernel, the front and the window hold is far less.
    expect(Math.max(...produced)).toBeLessThan(16 * 2 ** 20);
  });

  it('is cut when no chunk comes within the idle limit', async () => {
    const reply = parseReply(await rawExchange(host.port, [scoreRequest('silent')]));
    expect(reply).toMatchObject({ status: 200, terminated: false });
  });

  it('leaves its worker free for other calls while it streams', async () => {
    const endless = new AbortController();
    await fetch(`${host.url}/score`, { method: 'POST', body: 'endless', signal: endless.signal });
    expect((await stream('generator')).text).toBe('ab');
    endless.abort();
  });
});

describe('a run that returns a streamed Response', () => {
  it('sends its status, its headers, and each chunk as it comes', async () => {
    const response = await host.score('response', { 'content-type': 'text/plain' });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-mine')).toBe('yes');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('one ');
    expect((await reader.read()).value).toBe('two');
  });
});
