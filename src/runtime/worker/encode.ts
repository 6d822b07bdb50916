import { types } from 'node:util';
import { DataFrame } from '../../data-frame/data-frame.js';
import { HostError } from '../../errors.js';
import { tensorToArrow, writeArrow } from '../../schema/arrow.js';
import { ARROW_TYPE, NPY_TYPE } from '../../schema/body-types.js';
import { type JsonLimits, parseJson } from '../../schema/json/parse.js';
import { JsonWriteError, writeJson, writeJsonBytes } from '../../schema/json/write.js';
import { writeNpy } from '../../schema/npy.js';
import type { ParameterType } from '../../schema/parameter-type.js';
import { compileValidator, type Validator } from '../../schema/validator.js';
import { Tensor } from '../../tensor.js';
import { accepts } from './media-type.js';
import type { ReplyHead } from './messages.js';
import type { CallContext } from './request-context.js';

/** What a result of `run` becomes. */
export type Encoded =
  | { readonly kind: 'json'; readonly body: Uint8Array }
  | { readonly kind: 'response'; readonly head: ReplyHead; readonly body: Uint8Array }
  | { readonly kind: 'stream'; readonly head: ReplyHead; readonly chunks: AsyncIterator<Uint8Array> };

/**
 * Turns a result into bytes, or into chunks that come one by one. Only of a `Response` or a generator it has to wait for the
 * first: for all others a promise would cost as much as the writing.
 *
 * @throws {HostError} `RESULT_INVALID` for what JSON cannot say, and for what is not of the output type.
 */
export type ResultEncoder = (result: unknown, context: CallContext) => Encoded | Promise<Encoded>;

/** @throws {HostError} `ENTRY_INVALID` if the schema of the output is no JSON Schema. */
export function resultEncoder(
  output: ParameterType | undefined,
  limits: JsonLimits & { readonly strictOutput: boolean },
): ResultEncoder {
  const validate = output && limits.strictOutput ? compileValidator(output.jsonSchema) : undefined;
  return (result, context) => {
    if (context.writeResult) return { kind: 'json', body: writeResult(context.writeResult(result), undefined) };
    const special = isObject(result) ? specialResult(result, output, context) : undefined;
    if (special) return special;
    const body = writeResult(result, output);
    if (validate) checkOutput(body, validate, limits);
    return { kind: 'json', body };
  };
}

function isObject(result: unknown): result is object {
  return typeof result === 'object' && result !== null;
}

/** Results that are no JSON; bytes are, where the output type says so. */
function specialResult(
  result: object,
  output: ParameterType | undefined,
  context: CallContext,
): Encoded | Promise<Encoded> | undefined {
  if (isResponse(result)) return encodeResponse(result);
  if (!output?.encode) {
    if (result instanceof Uint8Array) return { kind: 'response', head: octets, body: result };
    if (result instanceof ArrayBuffer) return { kind: 'response', head: octets, body: new Uint8Array(result) };
  }
  const bytes = binaryResult(result, context);
  if (bytes) return bytes;
  const items = streamedItems(result);
  return items && encodeStream(items, context);
}

/** A tensor or a data frame without JSON, where the caller asks for it. */
function binaryResult(result: object, { head }: CallContext): Encoded | undefined {
  const reply = (mediaType: string, body: Uint8Array): Encoded => ({
    kind: 'response',
    head: { status: 200, headers: [['content-type', mediaType]] },
    body,
  });
  if (result instanceof Tensor) {
    if (accepts(head, NPY_TYPE)) return reply(NPY_TYPE, writeNpy(result));
    if (accepts(head, ARROW_TYPE)) return reply(ARROW_TYPE, tensorToArrow(result));
  }
  return result instanceof DataFrame && accepts(head, ARROW_TYPE) ? reply(ARROW_TYPE, writeArrow(result)) : undefined;
}

function writeResult(result: unknown, output: ParameterType | undefined): Buffer {
  try {
    return writeJsonBytes(output?.encode ? output.encode(result) : result);
  } catch (error) {
    if (error instanceof HostError && error.code === 'RESULT_INVALID') throw error;
    // What a toJSON() of user code throws is for the log alone.
    const reason = error instanceof JsonWriteError ? error.message : 'its toJSON(), a getter or the output type threw';
    throw new HostError('RESULT_INVALID', `The result of run() cannot be sent as JSON: ${reason}.`, { cause: error });
  }
}

/** By what is sent: a caller checks no more and no less. */
function checkOutput(body: Buffer, validate: Validator, limits: JsonLimits): void {
  const [first] = validate(parseJson(body.toString(), limits));
  if (!first) return;
  const message = `The result of run() is not what its output schema says: ${first.path || 'the result'}: ${first.message}.`;
  throw new HostError('RESULT_INVALID', message);
}

/**
 * By its tag: to name the global `Response` is to load it, which takes 30 ms and megabytes in a worker whose `run` never
 * makes one. It also finds the `Response` of a second copy of the library.
 */
function isResponse(result: object): result is Response {
  return Object.prototype.toString.call(result) === '[object Response]' && 'headers' in result && 'status' in result;
}

const octets: ReplyHead = { status: 200, headers: [['content-type', 'application/octet-stream']] };

function streamedItems(result: object): AsyncIterator<unknown> | undefined {
  if (Symbol.asyncIterator in result) return (result as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  if (types.isGeneratorObject(result)) return asynchronous((result as Iterable<unknown>)[Symbol.iterator]());
  return undefined;
}

function asynchronous<T>(items: Iterator<T>): AsyncIterator<T> {
  return {
    next: async () => items.next(),
    return: async (value) => items.return?.(value) ?? { done: true, value: undefined },
  };
}

/**
 * A generator's items as chunks. Text and bytes go out as they are, anything else as a line of JSON; a caller that
 * accepts `text/event-stream` gets one event per item. The first item is awaited before a status leaves, so that a
 * generator that fails at once is a plain 500.
 */
async function encodeStream(items: AsyncIterator<unknown>, context: CallContext): Promise<Encoded> {
  const events = (context.headers.get('accept') ?? '').includes('text/event-stream');
  const first = await items.next();
  const contentType = events ? 'text/event-stream' : contentTypeOf(first.done ? '' : first.value);
  const toChunk = events ? eventChunk : itemChunk;
  const chunks: AsyncIterator<Uint8Array> = {
    next: startingWith(first, items, toChunk),
    return: async () => {
      await items.return?.();
      return { done: true, value: undefined };
    },
  };
  const headers: [string, string][] = [['content-type', contentType]];
  if (events) headers.push(['cache-control', 'no-cache']);
  return { kind: 'stream', head: { status: 200, headers }, chunks };
}

function startingWith<T>(first: IteratorResult<T>, items: AsyncIterator<T>, toChunk: (item: T) => Uint8Array) {
  let pending: IteratorResult<T> | undefined = first;
  return async (): Promise<IteratorResult<Uint8Array>> => {
    const item = pending ?? (await items.next());
    pending = undefined;
    return item.done ? { done: true, value: undefined } : { done: false, value: toChunk(item.value) };
  };
}

function contentTypeOf(item: unknown): string {
  if (typeof item === 'string') return 'text/plain; charset=utf-8';
  return item instanceof Uint8Array ? 'application/octet-stream' : 'application/x-ndjson';
}

const NEWLINE = Buffer.from('\n');

function itemChunk(item: unknown): Uint8Array {
  if (typeof item === 'string') return Buffer.from(item);
  return item instanceof Uint8Array ? item : Buffer.concat([writeJsonBytes(item), NEWLINE]);
}

/** One server-sent event: every line of the text behind `data: `. */
function eventChunk(item: unknown): Uint8Array {
  const text = typeof item === 'string' ? item : writeJson(item);
  // The three ends of a line of the format, and no others: `^` in a pattern would also stand behind U+2028.
  const lines = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}`);
  return Buffer.from(`${lines.join('\n')}\n\n`);
}

/** What HTTP lets a header value hold; `Response` itself refuses less. RFC 9110, 5.5. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * A Response with one piece of body, or none, is sent whole; where more may come, each piece leaves as it is there.
 */
async function encodeResponse(response: Response): Promise<Encoded> {
  const head: ReplyHead = { status: response.status, headers: [...response.headers] };
  if (response.status < 200)
    throw new HostError('RESULT_INVALID', `A Response of status ${response.status} cannot be sent.`);
  for (const [name, value] of head.headers) {
    if (!HEADER_VALUE.test(value)) {
      throw new HostError('RESULT_INVALID', `A Response cannot be sent: its header ${name} has a control character.`);
    }
  }
  const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
  if (reader === undefined) return { kind: 'response', head, body: new Uint8Array() };
  const first = reader.read();
  if (!(await settlesAtOnce(first))) return { kind: 'stream', head, chunks: readerChunks(reader, [first]) };
  const { done, value } = await first;
  if (done) return { kind: 'response', head, body: new Uint8Array() };
  const second = reader.read();
  const whole =
    (await settlesAtOnce(second)) &&
    (await second.then(
      (next) => next.done,
      () => false,
    ));
  if (whole) return { kind: 'response', head, body: bytesOf(value) };
  return { kind: 'stream', head, chunks: readerChunks(reader, [first, second]) };
}

/** Whether a promise is settled once what is ready to run has run. */
async function settlesAtOnce(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  promise.then(note, note);
  await new Promise(setImmediate);
  return settled;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

function readerChunks(reader: Reader, read: ReturnType<Reader['read']>[]): AsyncIterator<Uint8Array> {
  return {
    next: async () => {
      const { done, value } = await (read.shift() ?? reader.read());
      return done ? { done, value: undefined } : { done: false, value: bytesOf(value) };
    },
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === 'string') return Buffer.from(chunk);
  throw new HostError('RESULT_INVALID', 'A Response body may only hold bytes.');
}
