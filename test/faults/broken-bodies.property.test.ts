import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { hasProc, hostBytes, workerPids } from '../support/processes.js';
import { rawExchange } from '../support/raw-http.js';

// Whatever bytes come as a body, the answer is 200 if they are right and a 4xx that says why if not: `isRight` says
// which, from JSON.parse and the shape alone. `npm run test:fuzz` asks 250 times as often.

const CASES = Number(process.env.FUZZ_CASES ?? 2_000);
const PER_CONNECTION = 25;
const CONNECTIONS = 2;
/** By how much front and worker together may grow between three tenths of the cases and all of them. */
const GROWN_BYTES_MAX = 32 * 1024 * 1024;
/** Heaps that are small make the collector look early: what still grows is kept. */
const SMALL_HEAPS = '--max-old-space-size=64 --max-semi-space-size=2';

let host: HostProcess;
beforeAll(async () => {
  const entry = fileURLToPath(new URL('../../entry-scripts/diabetes', import.meta.url));
  host = await HostProcess.start({ entry, env: { NODE_OPTIONS: SMALL_HEAPS } });
});
afterAll(() => host.stop());

/** A request as it is sent, and the answer it must have. */
interface Case {
  readonly body: Buffer;
  readonly contentType: string;
  readonly gzip: boolean;
  /** Sizes of chunks; undefined: Content-Length. */
  readonly chunks: readonly number[] | undefined;
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(0, -0, 1e308, 5e-324, 2 ** 53),
);
const row = fc.array(fc.oneof({ weight: 20, arbitrary: number }, fc.constant(null)), { minLength: 10, maxLength: 10 });
const rightValue = fc.record(
  { data: fc.array(row, { maxLength: 3 }), more: fc.jsonValue({ maxDepth: 2 }) },
  { requiredKeys: ['data'] },
);
const rightText = fc
  .tuple(rightValue, fc.constantFrom(undefined, 1, '\t', ' \n'))
  .map(([value, space]) => JSON.stringify(value, undefined, space));

/** Shapes and types that are close to right. */
const nearlyRightText = fc
  .oneof(
    fc.record({ data: fc.jsonValue({ maxDepth: 3 }) }),
    fc.record({ data: fc.array(fc.array(number, { maxLength: 12 }), { maxLength: 3 }) }),
    fc.record({ data: fc.array(fc.array(fc.jsonValue({ maxDepth: 1 }), { minLength: 10, maxLength: 10 })) }),
    fc.record({ Data: fc.array(row) }),
    fc.jsonValue({ maxDepth: 4 }),
  )
  .map((value) => JSON.stringify(value));

const strangeText = fc.oneof(
  fc.integer({ min: 1, max: 200 }).map((depth) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)},"data":[]}`),
  fc.integer({ min: 1, max: 5_000 }).map((depth) => '[{"a":'.repeat(depth)),
  fc.integer({ min: 4_290, max: 4_310 }).map((digits) => `{"data":[[${'9'.repeat(digits)},1,1,1,1,1,1,1,1,1]]}`),
  rightText.map((text) => `${text.slice(0, -1)},"data":1}`),
  rightText.map((text) => `{"data":1,${text.slice(1)}`),
  rightText.map((text) => `{"__proto__":${text}}`),
  rightText.map((text) => text.replace('data', 'd\\u0061ta')),
  rightText.map((text) => text.replaceAll('"', "'")),
  rightText.map((text) => text.replaceAll(']', ',]')),
  fc.tuple(rightText, rightText).map((texts) => texts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

/** Small damage at random places. */
function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const bits = ['[', ']', '{', '}', ',', ':', '"', '\\', '0', '-', '.', 'e', 'null', ' ', '\u0000', '\\u12', '/*', 'é'];
  const damage = fc.record({ at: fc.nat(), cut: fc.nat(3), insert: fc.constantFrom('', '', ...bits) });
  return fc.tuple(text, fc.array(damage, { minLength: 1, maxLength: 3 })).map(([whole, damages]) =>
    damages.reduce((rest, { at, cut, insert }) => {
      const place = at % (rest.length + 1);
      return rest.slice(0, place) + insert + rest.slice(place + cut);
    }, whole),
  );
}

const truncated = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.nat()).map(([whole, end]) => whole.slice(0, end % (whole.length + 1)));

const text = fc.oneof(
  { weight: 2, arbitrary: rightText },
  { weight: 3, arbitrary: nearlyRightText },
  { weight: 2, arbitrary: strangeText },
  { weight: 4, arbitrary: damaged(rightText) },
  { weight: 2, arbitrary: truncated(rightText) },
);

type Encoding = 'utf8' | 'utf8 bom' | 'utf16le' | 'utf16be' | 'utf32le' | 'utf32be' | 'latin1';
const encoding = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Encoding>('utf8') },
  fc.constantFrom<Encoding>('utf8 bom', 'utf16le', 'utf16be', 'utf32le', 'utf32be', 'latin1'),
);

function encode(value: string, as: Encoding): Buffer {
  switch (as) {
    case 'utf8 bom':
      return Buffer.from(`\ufeff${value}`);
    case 'utf16be':
      return Buffer.from(value, 'utf16le').swap16();
    case 'utf32le':
    case 'utf32be': {
      const points = Buffer.from(Uint32Array.from(value, (character) => character.codePointAt(0) as number).buffer);
      return as === 'utf32le' ? points : points.swap32();
    }
    default:
      return Buffer.from(value, as);
  }
}

const bytes = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(text, encoding).map(([value, as]) => encode(value, as)) },
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  fc.tuple(rightText, fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
    const flipped = Buffer.from(value);
    flipped[at % flipped.length] = byte;
    return flipped;
  }),
);

const brokenGzip = fc.tuple(bytes, fc.nat(), fc.nat(255), fc.boolean()).map(([body, at, byte, cut]) => {
  const packed = gzipSync(body);
  const place = at % packed.length;
  if (cut) return packed.subarray(0, place);
  packed[place] = byte;
  return packed;
});

const someCase: fc.Arbitrary<Case> = fc
  .record({
    body: fc.oneof(
      { weight: 10, arbitrary: bytes.map((body) => ({ body, gzip: false })) },
      bytes.map((body) => ({ body: gzipSync(body), gzip: true })),
      fc.oneof(brokenGzip, bytes).map((body) => ({ body, gzip: true })),
    ),
    contentType: fc.oneof(
      {
        weight: 20,
        arbitrary: fc.constantFrom('application/json', 'Application/JSON; charset=utf-8', 'application/x+json'),
      },
      fc.constantFrom('', 'text/plain', 'text/json', 'application/jsonp', 'application/x-www-form-urlencoded', '\xff'),
    ),
    chunks: fc.option(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }), {
      freq: 4,
      nil: undefined,
    }),
  })
  .map(({ body, ...rest }) => ({ ...body, ...rest }));

/** What may follow the last request: bytes that are none, or a request that breaks off. */
const garbage = fc.constantFrom(
  '',
  '',
  'GARBAGE\r\n\r\n',
  '\0\0\0\0',
  'POST /score HTTP/1.1\r\nContent-Length: -1\r\n\r\n',
  'POST /score HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
  'POST /score HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
);

function request({ body, contentType, gzip, chunks }: Case, id: string): Buffer {
  const type = contentType && `Content-Type: ${contentType}\r\n`;
  const head = `POST /score HTTP/1.1\r\nx-request-id: ${id}\r\n${type}${gzip ? 'Content-Encoding: gzip\r\n' : ''}`;
  if (!chunks) return Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`, 'latin1'), body]);
  const parts: Buffer[] = [Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`, 'latin1')];
  for (let at = 0, i = 0; at < body.length; i++) {
    const piece = body.subarray(at, at + (chunks[i % chunks.length] as number));
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
    at += piece.length;
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

/** The status that a case must have: 200, 415 or 400. */
function expected({ body, contentType, gzip }: Case): number {
  if (!/^application\/(?:json|x\+json)(?:;|$)/i.test(contentType)) return 415;
  try {
    return isRight(textOf(gzip && body.length > 0 ? gunzipSync(body) : body)) ? 200 : 400;
  } catch {
    return 400;
  }
}

/** As RFC 4627, section 3, tells encodings apart. */
function textOf(body: Buffer): string {
  const zeros = [...body.subarray(0, 4)].map((byte) => (byte === 0 ? '0' : 'x')).join('');
  const start = body.toString('hex', 0, 4);
  const utf32 = /^fffe0000|^0000feff/.test(start)
    ? start.startsWith('f')
    : /^x000/.test(zeros)
      ? true
      : /^000/.test(zeros) && zeros.length === 4
        ? false
        : undefined;
  if (utf32 !== undefined) {
    if (body.length % 4 !== 0) throw new Error('cut');
    const points = Array.from({ length: body.length / 4 }, (_, i) =>
      utf32 ? body.readUInt32LE(i * 4) : body.readUInt32BE(i * 4),
    );
    return String.fromCodePoint(...points).replace(/^\ufeff/, '');
  }
  const utf16 = /^(?:fffe|feff)/.test(start)
    ? start.startsWith('ff')
    : /^x0/.test(zeros)
      ? true
      : /^0x/.test(zeros)
        ? false
        : undefined;
  if (utf16 === undefined) return new TextDecoder('utf-8', { fatal: true }).decode(body);
  if (body.length % 2 !== 0) throw new Error('cut');
  return new TextDecoder(utf16 ? 'utf-16le' : 'utf-16be').decode(body);
}

function isRight(json: string): boolean {
  const value = JSON.parse(json) as { data?: unknown };
  const withoutStrings = json.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  if (depthOf(withoutStrings) > 100) return false;
  if (/(?<![\d.eE+-])-?\d{4301,}(?![\d.eE])/.test(withoutStrings)) return false;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, 'data'))
    return false;
  const isNumber = (item: unknown) => typeof item === 'number' || item === null;
  const isRow = (item: unknown) => Array.isArray(item) && item.length === 10 && item.every(isNumber);
  return Array.isArray(value.data) && value.data.length > 0 && value.data.every(isRow);
}

function depthOf(json: string): number {
  let [depth, deepest] = [0, 0];
  for (const character of json) {
    if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth--;
  }
  return deepest;
}

interface Reply {
  readonly status: number;
  readonly id: string | undefined;
  /** Whether the connection ends behind it. */
  readonly last: boolean;
  readonly body: string;
}

/** All replies that are whole. */
function repliesIn(received: Buffer): Reply[] {
  const replies: Reply[] = [];
  for (let at = 0; ; ) {
    const end = received.indexOf('\r\n\r\n', at);
    if (end < 0) return replies;
    const head = received.toString('latin1', at, end);
    const bodyEnd = end + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1]);
    if (!(bodyEnd <= received.length)) return replies;
    const body = received.toString('utf8', end + 4, bodyEnd);
    const id = /^x-request-id: (.*)$/im.exec(head)?.[1];
    replies.push({ status: Number(head.slice(9, 12)), id, last: /^connection: close$/im.test(head), body });
    at = bodyEnd;
  }
}

/** Sends all cases on one connection without waiting, and again on the next what came behind an answer that ended it. */
async function answersRightly(cases: readonly Case[], behind: string): Promise<void> {
  const bytes = Buffer.concat([...cases.map((one, i) => request(one, `case-${i}`)), Buffer.from(behind)]);
  const count = cases.length + (behind === '' ? 0 : 1);
  const isEnough = (received: Buffer) => {
    const replies = repliesIn(received);
    return replies.length >= count || replies.at(-1)?.last === true;
  };
  const replies = repliesIn(await rawExchange(host.port, [bytes], { isEnough }));
  for (const [i, { status, id, body }] of replies.entries()) {
    const one = cases[i];
    if (!one) expectError(body, 400, id as string);
    else {
      const what = `${body} for ${one.body.toString('latin1')}`;
      expect({ status, id }, what).toEqual({ status: expected(one), id: `case-${i}` });
      if (status === 200) expect(JSON.parse(body)).toBeInstanceOf(Array);
      else expectError(body, status, id as string);
    }
  }
  if (replies.length === count) return;
  expect(replies.at(-1)).toMatchObject({ last: true });
  // Only a refusal before the end of a body that is chunked or large ends the connection.
  const ended = cases[replies.length - 1] as Case;
  expect(ended.chunks !== undefined || ended.body.length > 64 * 1024).toBe(true);
  await answersRightly(cases.slice(replies.length), behind);
}

function expectError(body: string, status: number, id: string): void {
  expect(JSON.parse(body)).toMatchObject({
    message: expect.stringMatching(/^.{10,1000}$/s),
    code: expect.stringMatching(
      status === 415 ? /^CONTENT_TYPE_UNSUPPORTED$/ : /^(?:INPUT_INVALID|REQUEST_MALFORMED)$/,
    ),
    requestId: id,
  });
}

it(
  `answers ${CASES} broken and right bodies as they deserve, and is as before behind them`,
  async () => {
    const pids = hasProc ? workerPids(host) : [];
    const batch = fc.tuple(fc.array(someCase, { minLength: PER_CONNECTION, maxLength: PER_CONNECTION }), garbage);
    const property = fc.asyncProperty(
      fc.array(batch, { minLength: CONNECTIONS, maxLength: CONNECTIONS }),
      async (batches) => {
        await Promise.all(batches.map(([cases, behind]) => answersRightly(cases, behind)));
      },
    );
    const run = (cases: number) => fc.assert(property, { numRuns: Math.ceil(cases / PER_CONNECTION / CONNECTIONS) });

    await run(CASES * 0.3);
    const before = hasProc ? hostBytes(host) : 0;
    await run(CASES * 0.7);
    const response = await host.score('{"data":[[1,2,3,4,5,6,7,8,9,10]]}');
    expect(await response.text()).toBe('[[6783.289]]');
    expect(host.output).not.toMatch(/worker (?:exited|was ended|killed)|the host failed/);
    if (!hasProc) return;
    expect(workerPids(host)).toEqual(pids);
    expect(hostBytes(host) - before).toBeLessThan(GROWN_BYTES_MAX);
  },
  Math.max(60_000, CASES * 10),
);
