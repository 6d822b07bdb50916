import { HostError } from '../../errors.js';
import type { JsonLimits } from '../../schema/json/parse.js';
import type { Channel } from './channel.js';
import { type InputDecoder, inputDecoder } from './decode.js';
import { type Encoded, type ResultEncoder, resultEncoder } from './encode.js';
import { errorText } from './entry/error-text.js';
import type { EntryModule } from './entry/load-entry.js';

import { encodeReplies, type ReceivedCall, ReplyKind, type ReplyMessage } from './frames.js';
import { type CallHead, decodeMessage, type ErrorHead, encodeMessage } from './messages.js';
import { CallContext, type LogSink } from './request-context.js';
import { StreamSender } from './stream-sender.js';

const NOTHING = Buffer.alloc(0);
/** `runMs` of a call whose `run` did not return. */
const NOT_RETURNED = -1;

/** How strictly calls are read and results written. */
export interface RunLimits extends JsonLimits {
  /** Whether results are held to their output schema before they are sent. */
  readonly strictOutput: boolean;
}

/** Runs the calls of one worker, and answers each batch with one frame. */
export class CallRunner {
  readonly #entry: EntryModule;
  readonly #decodeInput: InputDecoder;
  readonly #encodeResult: ResultEncoder;
  readonly #channel: Channel;
  readonly #log: LogSink;
  readonly #running = new Map<number, CallContext>();
  readonly #streams = new Map<number, StreamSender>();

  /** @throws {HostError} `ENTRY_INVALID` if the schema of an input or of the output is none. */
  constructor(entry: EntryModule, limits: RunLimits, channel: Channel, log: LogSink) {
    this.#entry = entry;
    this.#decodeInput = inputDecoder(entry.schema, limits);
    this.#encodeResult = resultEncoder(entry.schema.output, limits);
    this.#channel = channel;
    this.#log = log;
  }

  /** Runs the calls of a batch one after the other. */
  async runBatch(calls: readonly ReceivedCall[]): Promise<void> {
    const contexts = calls.map((call) => new CallContext(decodeMessage<CallHead>(call.head), this.#log));
    for (const [i, { callId }] of calls.entries()) this.#running.set(callId, contexts[i] as CallContext);
    // Frames that are there already are read first: a call that was cancelled meanwhile knows it when it starts.
    await new Promise(setImmediate);
    await this.#channel.drained();
    const replies: ReplyMessage[] = [];
    const starts: (() => void)[] = [];
    for (const [i, call] of calls.entries()) {
      const { reply, start } = await this.#runCall(call, contexts[i] as CallContext);
      replies.push(reply);
      if (start) starts.push(start);
    }
    this.#channel.send(encodeReplies(replies));
    for (const start of starts) start();
  }

  /** The client has left, or the deadline has passed. */
  cancel(callId: number): void {
    this.#running.get(callId)?.abort();
    this.#streams.get(callId)?.cancel();
  }

  /** The client has taken so many bytes of a stream. */
  credit(callId: number, bytes: number): void {
    this.#streams.get(callId)?.credit(bytes);
  }

  async #runCall(call: ReceivedCall, context: CallContext): Promise<{ reply: ReplyMessage; start?: () => void }> {
    const { callId } = call;
    let args: unknown[];
    try {
      args = this.#decodeInput(context, call.body);
    } catch (error) {
      this.#running.delete(callId);
      return { reply: this.#refusal(callId, error, context) };
    }
    try {
      const startedAt = performance.now();
      const result = await context.enter(() => this.#entry.run(...args));
      const runMs = performance.now() - startedAt;
      const encoded = await context.enter(() => this.#encodeResult(result, context));
      if (encoded.kind === 'stream') return this.#stream(callId, context, encoded, runMs);
      this.#running.delete(callId);
      return { reply: wholeReply(callId, encoded, runMs) };
    } catch (error) {
      this.#running.delete(callId);
      return { reply: this.#failure(callId, error, context) };
    }
  }

  #stream(callId: number, context: CallContext, { head, chunks }: Encoded & { kind: 'stream' }, runMs: number) {
    const sender = new StreamSender(callId, chunks, this.#channel);
    this.#streams.set(callId, sender);
    const start = () => {
      const sent = context.enter(() => sender.send());
      void sent.then((error) => {
        this.#streams.delete(callId);
        this.#running.delete(callId);
        if (error) this.#log('error', `The stream of run() broke off: ${errorText(error)}`, context.head);
      });
    };
    return { reply: { callId, kind: ReplyKind.stream, runMs, head: encodeMessage(head), body: NOTHING }, start };
  }

  /** The input is wrong, which is for the caller to mend; anything else is a defect of a parameter type. */
  #refusal(callId: number, thrown: unknown, context: CallContext): ReplyMessage {
    if (!(thrown instanceof HostError)) return this.#failure(callId, thrown, context);
    return errorReply(callId, ReplyKind.refused, thrown);
  }

  /** The entry module failed: its author finds out why in the log, the caller is only told that it did. */
  #failure(callId: number, thrown: unknown, context: CallContext): ReplyMessage {
    this.#log('error', errorText(thrown), context.head);
    const message = 'An unexpected error occurred in scoring script. Check the logs for more info.';
    const unsendable = thrown instanceof HostError && thrown.code === 'RESULT_INVALID';
    return errorReply(callId, ReplyKind.failed, unsendable ? thrown : new HostError('RUN_FAILED', message));
  }
}

/** Far below what a frame may have. */
const REPLY_BYTES_MAX = 512 * 1024 * 1024;

function wholeReply(callId: number, encoded: Exclude<Encoded, { kind: 'stream' }>, runMs: number): ReplyMessage {
  if (encoded.body.length > REPLY_BYTES_MAX) {
    const message = `The result of run() has ${encoded.body.length} bytes, ${REPLY_BYTES_MAX} are the limit: stream it.`;
    throw new HostError('RESULT_INVALID', message);
  }
  if (encoded.kind === 'json') return { callId, kind: ReplyKind.json, runMs, head: NOTHING, body: encoded.body };
  return { callId, kind: ReplyKind.response, runMs, head: encodeMessage(encoded.head), body: encoded.body };
}

function errorReply(callId: number, kind: ReplyKind, { code, message, details }: HostError): ReplyMessage {
  const head: ErrorHead = { code, message, details };
  return { callId, kind, runMs: NOT_RETURNED, head: encodeMessage(head), body: NOTHING };
}
