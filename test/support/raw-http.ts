import { connect } from 'node:net';

/** A reply as it came over the wire. */
export interface RawReply {
  readonly status: number;
  readonly reason: string;
  /** In order, as sent. */
  readonly headers: readonly (readonly [string, string])[];
  /** The body, chunked encoding taken away. */
  readonly body: Buffer;
  /** For chunked replies: the chunks, and whether the last one came. */
  readonly chunks?: readonly Buffer[];
  readonly terminated?: boolean;
  /** Statuses of interim replies before it, such as 100. */
  readonly interim: readonly number[];
}

/**
 * Sends bytes as they are on a connection of its own, and reads until the other side closes or `isEnough` says so.
 *
 * @param pieces - Written one after the other; a number waits so many milliseconds.
 */
export async function rawExchange(
  port: number,
  pieces: readonly (string | Buffer | number)[],
  { halfClose = false, timeoutMs = 18_000, isEnough = isWhole as (received: Buffer) => boolean } = {},
): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const received: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no whole reply within ${timeoutMs} ms: ${Buffer.concat(received)}`)),
      timeoutMs,
    );
    const finish = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.on('data', (chunk) => {
      received.push(chunk);
      if (isEnough(Buffer.concat(received))) finish();
    });
    socket.on('end', finish).on('close', finish).on('error', finish);
  });
  for (const piece of pieces) {
    if (typeof piece === 'number') await new Promise((resolve) => setTimeout(resolve, piece));
    else if (!socket.destroyed) socket.write(piece);
  }
  if (halfClose) socket.end();
  await done;
  socket.destroy();
  return Buffer.concat(received);
}

/** Whether the bytes hold a whole reply, by Content-Length or the last chunk. */
export function isWhole(received: Buffer): boolean {
  try {
    const reply = parseReply(received);
    const length = reply.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
    return reply.chunks ? reply.terminated === true : length !== undefined && reply.body.length >= Number(length);
  } catch {
    return false;
  }
}

/** Reads the first final reply in the bytes. */
export function parseReply(bytes: Buffer): RawReply {
  const interim: number[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`no whole head: ${JSON.stringify(rest.toString('latin1').slice(0, 200))}`);
    const [statusLine = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const [, code = '', reason = ''] = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(statusLine) ?? [];
    rest = rest.subarray(end + 4);
    if (Number(code) < 200) {
      interim.push(Number(code));
      continue;
    }
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
    const chunked = headers.some(
      ([name, value]) => name.toLowerCase() === 'transfer-encoding' && /chunked/i.test(value),
    );
    const base = { status: Number(code), reason, headers, interim };
    const length = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
    // What lies behind the declared length is the next reply of a connection that is kept.
    return chunked
      ? { ...base, ...readChunks(rest) }
      : { ...base, body: rest.subarray(0, length === undefined ? undefined : Number(length)) };
  }
}

function readChunks(bytes: Buffer): Required<Pick<RawReply, 'body' | 'chunks' | 'terminated'>> {
  const chunks: Buffer[] = [];
  let terminated = false;
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) break;
    const length = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    const start = lineEnd + 2;
    if (length === 0) terminated = true;
    if (!(length > 0) || start + length > bytes.length) break;
    chunks.push(bytes.subarray(start, start + length));
    at = start + length + 2;
  }
  return { body: Buffer.concat(chunks), chunks, terminated };
}
