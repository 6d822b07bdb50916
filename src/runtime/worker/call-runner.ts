import { HostError } from '../../errors.js';
import type { JsonLimits } from '../../schema/json/parse.js';
import { type CallTensors, groupCalls } from './batch/group-calls.js';
import { runStacked } from './batch/run-stacked.js';
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

/** A call whose input was read, or the reply that refuses it. */
type Decoded = { readonly args: unknown[] } | { readonly reply: ReplyMessage };

/** What becomes of a call; a stream starts when the replies of its batch have left. */
interface Ran {
  readonly reply: ReplyMessage;
  readonly start?: () => void;
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

  /** Runs the calls of a batch: one, or those that can be stacked with the first; the others are handed back. */
  async runBatch(calls: readonly ReceivedCall[]): Promise<void> {
    const contexts = calls.map((call) => new CallContext(decodeMessage<CallHead>(call.head), this.#log));
    for (const [i, { callId }] of calls.entries()) this.#running.set(callId, contexts[i] as CallContext);
    // Frames that are there already are read first: a call that was cancelled meanwhile knows it when it starts.
    await new Promise(setImmediate);
    await this.#channel.drained();
    const decoded = calls.map((call, i) => this.#decode(call, contexts[i] as CallContext));
    const ran = await this.#run(calls, contexts, decoded);
    this.#channel.send(encodeReplies(ran.map(({ reply }) => reply)));
    for (const { start } of ran) start?.();
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

  #decode({ callId, body }: ReceivedCall, context: CallContext): Decoded {
    try {
      return { args: this.#decodeInput(context, body) };
    } catch (error) {
      this.#running.delete(callId);
      return { reply: this.#refusal(callId, error, context) };
    }
  }

  /**
   * One run, and no more: what it takes is what the front's clock of a batch counts, and another worker may have nothing to
   * do meanwhile.
   */
  async #run(
    calls: readonly ReceivedCall[],
    contexts: readonly CallContext[],
    decoded: readonly Decoded[],
  ): Promise<Ran[]> {
    const group = this.#firstGroup(decoded);
    const results = group.length > 1 ? await this.#runTogether(group, decoded) : undefined;
    const ran: Ran[] = [];
    for (const [i, each] of decoded.entries()) {
      const { callId } = calls[i] as ReceivedCall;
      const context = contexts[i] as CallContext;
      const place = group.indexOf(i);
      if ('reply' in each) ran.push(each);
      else if (place < 0) ran.push(this.#handBack(callId, ReplyKind.again));
      else if (results) ran.push(await this.#encode(callId, context, results.outputs[place], results.runMs));
      else if (group.length === 1) ran.push(await this.#runCall(callId, each.args, context));
      else ran.push(this.#handBack(callId, ReplyKind.againAlone));
    }
    return ran;
  }

  /** Indices of the first call that can be run, and of those that can be stacked with it. */
  #firstGroup(decoded: readonly Decoded[]): readonly number[] {
    const { batch } = this.#entry;
    const tensors = decoded.map((each) => ('args' in each ? (each.args as CallTensors) : undefined));
    if (batch && decoded.length > 1) return groupCalls(tensors, batch.rowsMax)[0]?.calls ?? [];
    const first = tensors.findIndex((each) => each !== undefined);
    return first < 0 ? [] : [first];
  }

  #handBack(callId: number, kind: ReplyKind): Ran {
    this.#running.delete(callId);
    return { reply: { callId, kind, runMs: NOT_RETURNED, head: NOTHING, body: NOTHING } };
  }

  /** @returns undefined if the run fails: then each call is to run alone, so that a bad one fails alone. */
  async #runTogether(group: readonly number[], decoded: readonly Decoded[]) {
    const calls = group.map((index) => (decoded[index] as { args: CallTensors }).args);
    try {
      const startedAt = performance.now();
      const outputs = await runStacked(this.#entry.run, calls);
      return { outputs, runMs: performance.now() - startedAt };
    } catch {
      return undefined;
    }
  }

  async #runCall(callId: number, args: readonly unknown[], context: CallContext): Promise<Ran> {
    let result: unknown;
    const startedAt = performance.now();
    try {
      result = await context.enter(() => this.#entry.run(...args));
    } catch (error) {
      this.#running.delete(callId);
      return { reply: this.#thrown(callId, error, context) };
    }
    return this.#encode(callId, context, result, performance.now() - startedAt);
  }

  async #encode(callId: number, context: CallContext, result: unknown, runMs: number): Promise<Ran> {
    try {
      const encoded = await context.enter(() => this.#encodeResult(result, context));
      if (encoded.kind === 'stream') return this.#stream(callId, context, encoded, runMs);
      this.#running.delete(callId);
      return { reply: wholeReply(callId, encoded, runMs) };
    } catch (error) {
      this.#running.delete(callId);
      return { reply: this.#thrown(callId, error, context) };
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

  /** By run() itself, or while its result was written: either may find that the input asks for what there is not. */
  #thrown(callId: number, thrown: unknown, context: CallContext): ReplyMessage {
    const isRefusal = thrown instanceof HostError && thrown.code === 'INPUT_INVALID';
    return isRefusal ? errorReply(callId, ReplyKind.refused, thrown) : this.#failure(callId, thrown, context);
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
