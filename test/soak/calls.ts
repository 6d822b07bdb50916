import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { RawReply } from '../support/raw-http.js';
import type { StrictConnection } from '../support/strict-connection.js';

/** What a caller does, on a connection that is kept or on one of its own. */
export interface SoakCall {
  readonly name: string;
  /** How many there are among a thousand calls. */
  readonly perMille: number;
  /** @returns what went wrong; undefined if nothing did. */
  readonly act: (kept: StrictConnection, port: number) => Promise<string | undefined>;
}

const MB = 1024 * 1024;

const row = [0.0381, 0.0507, 0.0617, 0.0219, -0.0442, -0.0348, -0.0434, -0.0026, 0.0199, -0.0176];
const rows = (count: number) => `[${new Array(count).fill(JSON.stringify(row))}]`;
const smallBody = `{"data":${rows(1)}}`;
const largeBody = `{"data":${rows(Math.ceil(MB / (JSON.stringify(row).length + 1)))}}`;
const streamBody = `{"data":${rows(20)},"streamed":true}`;

function post(body: string | Buffer, headers = ''): Buffer {
  const bytes = Buffer.from(body as string);
  const head = `POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${headers}Content-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** A call whose whole answer is read. */
function answered(name: string, perMille: number, request: Buffer, isRight: (reply: RawReply) => boolean): SoakCall {
  const act = async (kept: StrictConnection) => {
    const reply = await kept.call(request);
    return isRight(reply) ? undefined : `${reply.status} ${String(reply.body).slice(0, 200)}`;
  };
  return { name, perMille, act };
}

/** A client that sends these bytes on a connection of its own, and leaves. */
function leaving(
  name: string,
  perMille: number,
  bytes: Buffer,
  before: (socket: Socket) => Promise<unknown>,
): SoakCall {
  const act = async (_: StrictConnection, port: number) => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write(bytes);
    await before(socket);
    socket.destroy();
    return undefined;
  };
  return { name, perMille, act };
}

const small = post(smallBody);
const large = post(largeBody);
const zipped = (body: string) => post(gzipSync(body), 'Content-Encoding: gzip\r\n');
const is = (expected: number) => (reply: RawReply) => reply.status === expected;

/** All kinds of calls, good and bad. */
export const soakCalls: readonly SoakCall[] = [
  answered('good', 730, small, ({ status, body }) => status === 200 && body.length > 5),
  answered('no JSON', 40, post('{"data":[[1,2'), is(400)),
  answered('wrong shape', 40, post('{"data":[[1,2,3]]}'), is(400)),
  answered('no such path', 20, Buffer.from('GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n'), is(404)),
  answered('1 MB', 4, large, is(200)),
  answered('1 MB, gzip', 3, zipped(largeBody), is(200)),
  answered('gzip', 50, zipped(smallBody), is(200)),
  answered('no gzip', 10, post(smallBody, 'Content-Encoding: gzip\r\n'), is(400)),
  answered('stream', 30, post(streamBody), ({ status, body }) => status === 200 && body.length === 20_000),
  leaving('left in its body', 20, small.subarray(0, small.length - 10), opened),
  leaving('left in 1 MB', 3, large.subarray(0, MB / 2), opened),
  leaving('left without the answer', 30, small, opened),
  leaving('left in a stream', 20, post(streamBody), (socket) =>
    Promise.race([once(socket, 'data'), once(socket, 'close')]),
  ),
];

async function opened(socket: Socket): Promise<void> {
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  await new Promise(setImmediate);
}

/** In turn, mixed: the same for every run. */
export function* mixedCalls(): Generator<SoakCall, never> {
  const owed = soakCalls.map(() => 0);
  for (;;) {
    // Each earns its share with every call, and the one that is owed most comes next.
    for (const [i, { perMille }] of soakCalls.entries()) owed[i]! += perMille;
    const next = owed.indexOf(Math.max(...owed));
    owed[next]! -= 1_000;
    yield soakCalls[next] as SoakCall;
  }
}
