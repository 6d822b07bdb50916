import { readFileSync } from 'node:fs';

/** One line of a file of recorded cases: a request to the reference, and what it answered. */
export interface RecordedCase {
  readonly name: string;
  /** `entries/NAME.py` */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  /** `main`, or the number of the health port. */
  readonly port: string | number;
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
}

export type HeaderLines = readonly (readonly [string, string])[];

export interface RecordedRequest {
  readonly method?: string;
  readonly path?: string;
  readonly version?: string;
  /** In the order they were sent; `Host` and `Content-Length` are among them. */
  readonly headers?: HeaderLines;
  readonly body?: string;
  readonly body_base64?: string;
  readonly chunked?: boolean;
  /** The whole request. */
  readonly raw?: string;
  readonly raw_base64?: string;
  /** Stands for a body, or a request, that was too long to keep. */
  readonly body_note?: string;
  readonly note?: string;
}

export interface RecordedResponse {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body?: string;
  readonly body_base64?: string;
  readonly body_note?: string;
  /** How many chunks a chunked body had, and whether its last one came. */
  readonly chunks?: number;
  readonly chunked_terminated?: boolean;
  readonly interim?: readonly number[];
}

export function readCases(path: string): RecordedCase[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as RecordedCase);
}

/** `echo_str` of `entries/echo_str.py` */
export function entryName({ entry }: RecordedCase): string {
  return entry.replace(/^entries\/|\.py$/g, '');
}

/** The request as bytes: what is sent at once, and what follows an `Expect: 100-continue`. */
export interface RequestBytes {
  readonly head: Buffer;
  readonly body: Buffer;
}

/** @returns undefined where the case only says in words what was sent. */
export function requestBytes(request: RecordedRequest): RequestBytes | undefined {
  const none = Buffer.alloc(0);
  if (request.raw_base64 !== undefined) return { head: Buffer.from(request.raw_base64, 'base64'), body: none };
  if (request.raw !== undefined) return { head: Buffer.from(request.raw), body: none };
  const body = requestBody(request);
  if (request.method === undefined || body === undefined) return undefined;
  const headers = (request.headers ?? []).map(([name, value]) => `${name}: ${value}\r\n`);
  const line = `${request.method} ${request.path} HTTP/${request.version ?? '1.1'}\r\n`;
  const head = Buffer.from(`${line}${headers.join('')}\r\n`, 'latin1');
  return { head, body: request.chunked ? inChunks(body) : body };
}

/** What the body was, before any chunking; undefined where that is not known. */
export function requestBody(request: RecordedRequest): Buffer | undefined {
  if (request.body_base64 !== undefined) return Buffer.from(request.body_base64, 'base64');
  if (request.body !== undefined) return Buffer.from(request.body);
  if (request.note !== undefined) return undefined;
  return request.body_note === undefined ? Buffer.alloc(0) : writtenOut(request.body_note, request);
}

/** What the words `<900 [ then 900 ]>`, `<5000 nines>` and `5242880 x` stand for, if the length is as declared. */
function writtenOut(note: string, request: RecordedRequest): Buffer | undefined {
  const whole = note
    .replace(/<(\d+) (.) then (\d+) (.)>/g, (_, n, a, m, b) => a.repeat(Number(n)) + b.repeat(Number(m)))
    .replace(/<(\d+) nines>/g, (_, n) => '9'.repeat(Number(n)))
    .replace(/^<?(\d+) (?:times |bytes of )?['"]?([^'"])['"]?>?$/, (_, n, a) => a.repeat(Number(n)))
    .replace(/^<?(\d+) MiB of ['"]?([^'"])['"]?>?$/, (_, n, a) => a.repeat(Number(n) * 2 ** 20));
  const body = Buffer.from(whole);
  return String(body.length) === requestHeader(request, 'content-length') ? body : undefined;
}

function inChunks(body: Buffer): Buffer {
  const chunk = body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')];
  return Buffer.concat([...chunk, Buffer.from('0\r\n\r\n')]);
}

/** `GET` and `/score?a=1`, also of a request that was recorded as bytes; undefined where it has no such line. */
export function requestLine(
  request: RecordedRequest,
): { readonly method: string; readonly target: string } | undefined {
  const { method, path } = request;
  if (method !== undefined && path !== undefined) return { method, target: path };
  const [, rawMethod, rawTarget] =
    /^(\S+) (\S+) HTTP\//.exec(requestBytes(request)?.head.toString('latin1') ?? '') ?? [];
  return rawMethod && rawTarget ? { method: rawMethod, target: rawTarget } : undefined;
}

/** Values of a request header, in order. */
export function requestHeaders(request: RecordedRequest, name: string): string[] {
  return headerLines(request)
    .filter(([other]) => other.toLowerCase() === name)
    .map(([, value]) => value);
}

function headerLines({ headers, raw, raw_base64 }: RecordedRequest): HeaderLines {
  if (headers) return headers;
  const text = raw ?? Buffer.from(raw_base64 ?? '', 'base64').toString('latin1');
  const lines = (text.split('\r\n\r\n', 1)[0] as string).split('\r\n').slice(1);
  return lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
}

export function requestHeader(request: RecordedRequest, name: string): string | undefined {
  return requestHeaders(request, name)[0];
}
