import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { parseReply, rawExchange } from '../support/raw-http.js';
import { headerOf, refusalIn } from '../support/refusal.js';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const typedEntry = file('../../entry-scripts/diabetes');
const textEntry = file('../fixtures/entries/text-length.ts');

const MB = 1024 * 1024;
const BODY_BYTES_MAX = 12 * MB;
const goodBody = '{"data":[[1,2,3,4,5,6,7,8,9,10]]}';

let typed: HostProcess;
let text: HostProcess;
/** A host with little patience. */
let hasty: HostProcess;
beforeAll(async () => {
  const limits = { SCOREHOST_BODY_BYTES_MAX: String(BODY_BYTES_MAX) };
  [typed, text, hasty] = await Promise.all([
    HostProcess.start({ entry: typedEntry, env: limits }),
    HostProcess.start({ entry: textEntry, env: limits }),
    HostProcess.start({
      entry: textEntry,
      env: { SCOREHOST_HEADERS_TIMEOUT_MS: '300', SCOREHOST_BODY_STALL_TIMEOUT_MS: '300' },
    }),
  ]);
});
afterAll(() => Promise.all([typed, text, hasty].map((host) => host.stop())));

// After each of them the host scores, and no worker has gone.
afterEach(async () => {
  expect(await (await typed.score(goodBody)).text()).toBe('[[6783.289]]');
  for (const host of [text, hasty]) expect(await (await host.score('12345')).text()).toBe('5');
  for (const host of [typed, text, hasty]) expect(host.output).not.toMatch(/worker (?:exited|was ended|killed)/);
});

const JSON_TYPE = 'Content-Type: application/json\r\n';

/** A POST /score with a Content-Length that is right. */
function post(body: string | Buffer, headers = JSON_TYPE): Buffer {
  const bytes = Buffer.from(body as string);
  return Buffer.concat([head(`${headers}Content-Length: ${bytes.length}\r\n`), bytes]);
}

/** The head of a POST /score. */
function head(headers: string): Buffer {
  return Buffer.from(`POST /score HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
}

async function refused(status: number, code: string, pieces: readonly (string | Buffer | number)[], host = typed) {
  return refusalIn(await rawExchange(host.port, pieces), status, code).message;
}

describe('a body that is not as it is declared', () => {
  it('is 400 if the client half-closes before its end', async () => {
    const pieces = [head(`${JSON_TYPE}Content-Length: 100\r\n`), '{"data":'];
    const message = refusalIn(await rawExchange(typed.port, pieces, { halfClose: true }), 400, 'REQUEST_MALFORMED');
    expect(message.message).toBe('The request ended before its declared end.');
    const chunked = [head(`${JSON_TYPE}Transfer-Encoding: chunked\r\n`), '5\r\n{"dat\r\n'];
    refusalIn(await rawExchange(typed.port, chunked, { halfClose: true }), 400, 'REQUEST_MALFORMED');
  });

  it('is given up without a word if the client resets the connection', async () => {
    const socket = connect(typed.port, '127.0.0.1');
    socket.write(head(`x-request-id: reset\r\n${JSON_TYPE}Content-Length: 100\r\n`));
    socket.write('{"data":');
    await sleep(50);
    socket.resetAndDestroy();
    await typed.untilOutput(/"requestId":"reset".*"clientLeft":true/);
  });

  it.each([
    ['negative', 'Content-Length: -1\r\n'],
    ['no number', 'Content-Length: five\r\n'],
    ['hexadecimal', 'Content-Length: 0x5\r\n'],
    ['beyond 64 bits', 'Content-Length: 99999999999999999999\r\n'],
    ['there twice, and differs', 'Content-Length: 5\r\nContent-Length: 6\r\n'],
    ['a list', 'Content-Length: 5, 5\r\n'],
    ['beside chunked', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
    ['behind chunked', 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n'],
  ])('is 400 if its Content-Length is %s', async (_, headers) => {
    expect(await refused(400, 'REQUEST_MALFORMED', [head(JSON_TYPE + headers), '[1,2]'])).toMatch(
      /^The request is not/,
    );
  });

  it.each([
    ['a size that is no number', 'zz\r\nabc\r\n0\r\n\r\n'],
    ['a size beyond 64 bits', 'fffffffffffffffff\r\n'],
    ['a negative size', '-1\r\nabc\r\n'],
    ['a chunk longer than its size', '1\r\nabc\r\n0\r\n\r\n'],
    ['bare line feeds', '1\na\n0\n\n'],
    ['a chunk extension of 100,000 bytes', `1;${'x'.repeat(100_000)}\r\na\r\n0\r\n\r\n`, 413, 'BODY_TOO_LARGE'],
    ['trailers of 100,000 bytes', `0\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
  ])('is refused if it is chunked with %s', async (_, body, status = 400, code = 'REQUEST_MALFORMED') => {
    await refused(status, code, [head(`${JSON_TYPE}Transfer-Encoding: chunked\r\n`), body]);
  });

  it('is 400 if its Transfer-Encoding is none that HTTP/1.1 ends with', async () => {
    await refused(400, 'REQUEST_MALFORMED', [head(`${JSON_TYPE}Transfer-Encoding: gzip\r\n`), 'abc']);
    await refused(400, 'REQUEST_MALFORMED', [head(`${JSON_TYPE}Transfer-Encoding: chunked, gzip\r\n`), 'abc']);
  });
});

describe('a compressed body', () => {
  const GZIP = `${JSON_TYPE}Content-Encoding: gzip\r\n`;

  it('is scored if it is right, in any number of members', async () => {
    const members = Buffer.concat([gzipSync(goodBody.slice(0, 9)), gzipSync(goodBody.slice(9))]);
    expect(parseReply(await rawExchange(typed.port, [post(members, GZIP)])).status).toBe(200);
  });

  it('is 400 if it is no gzip', async () => {
    const message = 'The body is not gzip, though its Content-Encoding says so.';
    expect(await refused(400, 'INPUT_INVALID', [post(goodBody, GZIP)])).toBe(message);
    expect(await refused(400, 'INPUT_INVALID', [post(deflateSync(goodBody), GZIP)])).toBe(message);
  });

  it('is 400 if it is cut off, or broken inside', async () => {
    const whole = gzipSync(goodBody);
    expect(await refused(400, 'INPUT_INVALID', [post(whole.subarray(0, 20), GZIP)])).toMatch(/cut off/);
    const broken = Buffer.from(whole);
    broken[broken.length - 6]! ^= 0xff; // in the checksum
    await refused(400, 'INPUT_INVALID', [post(broken, GZIP)]);
  });

  it('keeps the connection, whatever of a small one is still to come', async () => {
    const declared = head(`${GZIP}Content-Length: 40000\r\n`);
    const rest = [50, 'x'.repeat(20_000), post(goodBody)];
    const isEnough = (received: Buffer) => received.includes('[[6783.289]]');
    const received = await rawExchange(typed.port, [declared, 'x'.repeat(20_000), ...rest], { isEnough });
    refusalIn(received, 400, 'INPUT_INVALID');
  });

  it('is 413 if it inflates to more than the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(40 * MB, 0x20));
    expect(await refused(413, 'BODY_TOO_LARGE', [post(bomb, GZIP)])).toMatch(/inflates to more/);
  });

  it.each(['br', 'deflate', 'zstd', 'gzip, gzip', 'identity, gzip', 'nonsense'])('is 415 as %s', async (encoding) => {
    const pieces = [post(goodBody, `${JSON_TYPE}Content-Encoding: ${encoding}\r\n`)];
    expect(await refused(415, 'ENCODING_UNSUPPORTED', pieces)).toMatch(/send gzip/);
  });
});

describe('JSON that is none', () => {
  it.each([
    ['10 MB of [', '['.repeat(10 * MB), /Nested deeper than 100 levels: line 1 column 101/],
    ['10 MB of {"a":', '{"a":'.repeat(2 * MB), /Nested deeper/],
    ['101 levels', `{"data":${'['.repeat(100)}${']'.repeat(100)}}`, /Nested deeper/],
    ['an integer of 4,301 digits', `{"data":[[${'7'.repeat(4301)}]]}`, /Integer of more than 4300 digits/],
    ['an integer of 10 MB', '7'.repeat(10 * MB), /Integer of more than 4300 digits/],
    ['a string without end', `"${'a'.repeat(10 * MB)}`, /Unterminated string/],
    ['10 MB of blank lines', `${'\n'.repeat(10 * MB)}}`, /line 10485761 column 1 /],
    ['nothing', '', /^POST body is empty/],
    ['an array', '[]', /should be a JSON dictionary/],
    ['a number of 10 MB', `1.${'1'.repeat(10 * MB)}`, /should be a JSON dictionary/],
    ['a key of 10 MB', `{"${'k'.repeat(10 * MB)}":1}`, /A value is not provided for the 'data' parameter/],
    ['two hundred thousand keys', `{${Array.from({ length: 2e5 }, (_, i) => `"${i}":0`)}}`, /A value is not provided/],
    ['two texts', `${goodBody}${goodBody}`, /Extra data: line 1 column 34 \(char 33\)/],
    ['half of UTF-32', Buffer.from('{\0\0\0}\0\0\0x\0', 'latin1'), /ends inside a character/],
    ['half of UTF-16', Buffer.from('{\0}\0x', 'latin1'), /ends inside a character/],
    ['no code point of UTF-32', Buffer.from('{\0\0\0\xff\xff\xff\xff', 'latin1'), /no code point/],
  ])('is 400: %s', async (_, body, message) => {
    expect(await refused(400, 'INPUT_INVALID', [post(body)])).toMatch(message);
  });

  it('is text like any other to a run that is not decorated', async () => {
    expect(String(parseReply(await rawExchange(text.port, [post('['.repeat(10 * MB))])).body)).toBe(String(10 * MB));
  });

  it.each([
    ['a stray byte', [0x22, 0xff, 0x22], /can't decode byte 0xff in position 1: invalid start byte/],
    ['an overlong form', [0x22, 0xc0, 0x80, 0x22], /can't decode byte 0xc0 in position 1/],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], /can't decode byte 0xed in position 1/],
    ['half a character', [0x22, 0x61, 0xe2, 0x82], /unexpected end of data/],
  ])('is 400 if it is not UTF-8: %s', async (_, bytes, message) => {
    for (const host of [typed, text]) {
      expect(await refused(400, 'INPUT_INVALID', [post(Buffer.from(bytes))], host)).toMatch(message);
    }
  });
});

describe('a tensor that does not fit', () => {
  it.each([
    ['no array', '1', '/data', 'expected an array of 1 or more, got 1'],
    ['no rows', '[]', '/data', 'expected an array of 1 or more, got an array of 0'],
    ['too few axes', '[1]', '/data/0', 'expected an array of 10, got 1'],
    ['too short a row', '[[1,2,3]]', '/data/0', 'expected an array of 10, got an array of 3'],
    ['a ragged row', '[[1,2,3,4,5,6,7,8,9,10],[1]]', '/data/1', 'expected an array of 10, got an array of 1'],
    ['a word', '[[1,2,3,4,5,6,7,8,9,"ten"]]', '/data/0/9', 'expected a number or null, got "ten"'],
    ['an object', '[[1,2,3,4,5,6,7,8,9,{}]]', '/data/0/9', 'expected a number or null, got an object'],
    ['true', '[[1,2,3,4,5,6,7,8,9,true]]', '/data/0/9', 'expected a number or null, got true'],
  ])('is 400 with the pointer: %s', async (_, data, path, message) => {
    const received = await rawExchange(typed.port, [post(`{"data":${data}}`)]);
    expect(refusalIn(received, 400, 'INPUT_INVALID').details).toEqual([{ path, message }]);
  });
});

describe('headers', () => {
  it.each([
    ['100,000 bytes of one header', `GET / HTTP/1.1\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`],
    ['100,000 bytes of many headers', `GET / HTTP/1.1\r\n${'x: abcde\r\n'.repeat(10_000)}\r\n`],
    ['a request line of 100,000 bytes', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`],
  ])('are 431: %s', async (_, request) => {
    await refused(431, 'HEADERS_TOO_LARGE', [request]);
  });

  it('are 431 also where the client goes on sending them', async () => {
    const more = Array.from({ length: 40 }, () => [`x: ${'a'.repeat(100_000)}\r\n`, 5]).flat();
    await refused(431, 'HEADERS_TOO_LARGE', ['GET / HTTP/1.1\r\n', ...more]);
  });

  it('are 417 with an Expect that is unknown', async () => {
    expect(await refused(417, 'EXPECTATION_FAILED', [post(goodBody, `${JSON_TYPE}Expect: 200-ok\r\n`)])).toMatch(
      /100-continue/,
    );
  });

  it.each([
    ['typed', '', () => typed],
    ['typed', 'Content-Type: text/plain\r\n', () => typed],
    ['typed', 'Content-Type: text/json\r\n', () => typed],
    ['typed', 'Content-Type: application/jsonp\r\n', () => typed],
    ['typed', 'Content-Type: application/octet-stream\r\n', () => typed],
    ['undecorated', 'Content-Type: application/x-www-form-urlencoded\r\n', () => text],
    ['undecorated', 'Content-Type: multipart/form-data; boundary=x\r\n', () => text],
  ])('are 415 to a %s run with %j', async (_, contentType, host) => {
    expect(await refused(415, 'CONTENT_TYPE_UNSUPPORTED', [post(goodBody, contentType)], host())).toContain(
      'application/json',
    );
  });

  it.each([
    ['x-request-id', 'x-request-id'],
    ['x-ms-client-request-id', 'x-ms-request-id and x-ms-client-request-id'],
  ])('are 431 with an %s of more than 100 characters', async (name, named) => {
    const message = await refused(431, 'ID_TOO_LONG', [post(goodBody, `${JSON_TYPE}${name}: ${'i'.repeat(101)}\r\n`)]);
    expect(message).toBe(`${named} must not exceed 100 characters`);
  });
});

describe('bytes that are no request', () => {
  it.each([
    ['words', 'hello\r\n\r\n'],
    ['an unknown method', 'BREW /score HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a method in lower case', 'post /score HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['another version', 'GET / HTTP/3.7\r\n\r\n'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a blank in a header name', 'GET / HTTP/1.1\r\na b: c\r\n\r\n'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\na: \0\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\na: b\r\n  Content-Length: 5\r\n\r\n'],
    ['a TLS hello', Buffer.from('16030100c8010000c403035a5a', 'hex')],
    ['random bytes', Buffer.from('8f3a00ff1c9be20d0a0d0a', 'hex')],
  ])('are 400: %s', async (_, bytes) => {
    await refused(400, 'REQUEST_MALFORMED', [bytes]);
  });

  it.each(['TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'])('are not %s /score: 405', async (method) => {
    const received = await rawExchange(typed.port, [`${method} /score HTTP/1.1\r\nHost: x\r\n\r\n`]);
    refusalIn(received, 405, 'METHOD_NOT_ALLOWED');
    expect(headerOf(parseReply(received), 'allow')).toBe('GET, POST, OPTIONS');
  });

  it('are not CONNECT: it is answered like any path that is not there', async () => {
    const pieces = ['CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\nx-request-id: c0nnect\r\n\r\n'];
    const refusal = refusalIn(await rawExchange(typed.port, pieces), 404, 'ROUTE_UNKNOWN');
    expect(refusal.requestId).toBe('c0nnect');
    await typed.untilOutput(/"requestId":"c0nnect","method":"CONNECT"/);
  });

  it.each([
    ['in one piece', [Buffer.concat([post(goodBody), Buffer.from('GARBAGE\r\n\r\n')])]],
    ['in two', [post(goodBody), 100, 'GARBAGE\r\n\r\n']],
    ['behind two', [Buffer.concat([post(goodBody), post(goodBody), Buffer.from('\0\0\0\0')])]],
    ['before another', [Buffer.concat([post(goodBody), Buffer.from('GARBAGE\r\n\r\n'), post(goodBody)])]],
    ['CONNECT', [Buffer.concat([post(goodBody), Buffer.from('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n')])]],
  ])('do not take the answer from a good request before them: %s', async (_, pieces) => {
    const received = await rawExchange(typed.port, pieces, { isEnough: (bytes) => bytes.includes('"code"') });
    const replies = received.toString('latin1').split(/(?=HTTP\/1\.1 )/);
    const goodCount = Buffer.concat(pieces.filter((piece) => Buffer.isBuffer(piece)))
      .toString()
      .split('GARBAGE')[0]!
      .split('POST').length;
    for (const reply of replies.slice(0, goodCount - 1)) expect(reply).toMatch(/^HTTP\/1\.1 200 .*\[\[6783\.289\]\]$/s);
    expect(replies.length).toBe(goodCount);
    expect(replies.at(-1)).toMatch(/^HTTP\/1\.1 4.*"requestId":"[-0-9a-f]{36}"\}$/s);
  });
});

describe('a client that is slow', () => {
  it('is 408 if its headers take too long', async () => {
    const pieces = ['POST /score HTTP/1.1\r\n', ...Array.from({ length: 8 }, (_, i) => [200, `x-${i}: 1\r\n`]).flat()];
    expect(await refused(408, 'REQUEST_TIMEOUT', pieces, hasty)).toBe('The request did not arrive in time.');
  });

  it.each(['Content-Length: 5\r\n', 'Content-Length: 5000000\r\n', 'Transfer-Encoding: chunked\r\n'])(
    'is 408 if no more of its body comes: %j',
    async (headers) => {
      const received = await rawExchange(hasty.port, [head(headers), headers.startsWith('T') ? '1\r\na\r\n' : 'ab']);
      const refusal = refusalIn(received, 408, 'REQUEST_TIMEOUT');
      expect(refusal.message).toBe('No piece of the body came within 300 ms.');
      expect(headerOf(parseReply(received), 'connection')).toBe('close');
    },
  );

  it('is scored as long as something comes', async () => {
    const pieces = [head('Content-Length: 8\r\n'), ...Array.from({ length: 8 }, () => [60, 'a']).flat()];
    expect(String(parseReply(await rawExchange(hasty.port, pieces)).body)).toBe('8');
  });
});

describe('a body that is too large', () => {
  const tooLarge = BODY_BYTES_MAX + 1;

  it('is 413 from its declaration, before a byte of it is sent', async () => {
    const declared = head(`${JSON_TYPE}Content-Length: ${tooLarge}\r\n`);
    expect(await refused(413, 'BODY_TOO_LARGE', [declared])).toContain(`it declares ${tooLarge}`);
    const waits = head(`${JSON_TYPE}Content-Length: ${tooLarge}\r\nExpect: 100-continue\r\n`);
    const received = await rawExchange(typed.port, [waits]);
    refusalIn(received, 413, 'BODY_TOO_LARGE');
    expect(parseReply(received)).toMatchObject({ interim: [] });
  });

  it('is 413 where its chunks pass the limit', async () => {
    const chunk = `100000\r\n${' '.repeat(MB)}\r\n`;
    const pieces = [head(`${JSON_TYPE}Transfer-Encoding: chunked\r\n`), ...new Array<string>(16).fill(chunk)];
    expect(await refused(413, 'BODY_TOO_LARGE', pieces)).toContain('more came');
  });

  it('is scored where it is exactly as large as allowed', async () => {
    expect(String(parseReply(await rawExchange(text.port, [post('a'.repeat(BODY_BYTES_MAX))])).body)).toBe(
      String(BODY_BYTES_MAX),
    );
  });
});

describe('a client that is refused while it sends', () => {
  /** Sends for about three seconds without looking at what comes, and reads only then. */
  async function sendAllThenRead(headers: string): Promise<Buffer> {
    const socket = connect(typed.port, '127.0.0.1').pause();
    const failed = new Promise<never>((_, reject) => socket.once('error', reject));
    const send = async () => {
      socket.write(head(headers));
      for (let i = 0; i < 30; i++) {
        await new Promise((resolve) => socket.write(Buffer.alloc(MB / 2, 0x20), resolve));
        await sleep(100);
      }
      const received: Buffer[] = [];
      for await (const chunk of socket) received.push(chunk as Buffer);
      return Buffer.concat(received);
    };
    return Promise.race([send(), failed]);
  }

  it('gets its answer also if it reads only behind its whole body', async () => {
    const cases: [number, string, string][] = [
      [413, 'BODY_TOO_LARGE', `${JSON_TYPE}Content-Length: ${15 * MB}\r\n`],
      [415, 'CONTENT_TYPE_UNSUPPORTED', `Content-Length: ${15 * MB}\r\n`],
      [400, 'REQUEST_MALFORMED', `${JSON_TYPE}Transfer-Encoding: chunked\r\n`],
      [431, 'ID_TOO_LONG', `${JSON_TYPE}x-request-id: ${'i'.repeat(101)}\r\nContent-Length: ${15 * MB}\r\n`],
    ];
    const all = cases.map(async ([status, code, headers]) => {
      const received = await sendAllThenRead(headers);
      refusalIn(received, status, code);
      expect(headerOf(parseReply(received), 'connection')).toBe('close');
    });
    await Promise.all(all);
  });

  it('is not logged as one that left', async () => {
    const pieces = [head(`${JSON_TYPE}x-request-id: refused-413\r\nContent-Length: ${BODY_BYTES_MAX * 2}\r\n`), 'abc'];
    await refused(413, 'BODY_TOO_LARGE', pieces);
    await typed.untilOutput(/"requestId":"refused-413"/);
    const line = typed.logs.find(({ requestId }) => requestId === 'refused-413');
    expect(line).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(line).not.toHaveProperty('clientLeft');
  });

  const curl = promisify(execFile);
  it.each(['100-continue', ''])('gets its 413 with curl and Expect: %s', async (expectation) => {
    const args = ['-sS', '-o', '-', '-w', '\n%{http_code}', '-H', 'Content-Type: application/json'];
    const request = [...args, '-H', `Expect: ${expectation}`, '--data-binary', '@-', `${typed.url}/score`];
    const running = curl('curl', request);
    running.child.stdin?.on('error', () => {}).end(Buffer.alloc(BODY_BYTES_MAX + MB, 0x20));
    const { stdout, stderr } = await running;
    const [body = '', status] = stdout.split('\n');
    expect({ status, stderr }).toEqual({ status: '413', stderr: '' });
    expect(JSON.parse(body)).toMatchObject({ code: 'BODY_TOO_LARGE' });
  });
});
