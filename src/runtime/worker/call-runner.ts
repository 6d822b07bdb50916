import { asError, HostError } from '../../errors.js';
import type { JsonLimits } from '../../schema/json/parse.js';
import { sharedMs } from '../shared-clock.js';
import { firstGroup } from './batch/first-group.js';
import { runGroup } from './batch/run-group.js';
import type { Channel } from './channel.js';
import { type InputDecoder, inputDecoder } from './decode.js';
import { type Encoded, type ResultEncoder, resultEncoder } from './encode.js';
import { errorText, exceptionOf } from './entry/error-text.js';
import type { EntryModule } from './entry/load-entry.js';
import {
  type BatchTimes,
  encodeReplies,
  FromWorker,
  type ReceivedCall,
  ReplyKind,
  type ReplyMessage,
} from './frames.js';
import { decodeCallHead, type ErrorHead, encodeMessage } from './messages.js';
import { CallContext, type LogSink, noScope } from './request-context.js';
import { RunningCalls } from './running-calls.js';
import { StreamSender } from './stream-sender.js';
import { Turns } from './turns.js';
import { takeMetricUpdates } from './user-metrics.js';

const NOTHING = Buffer.alloc(0);
/** `runMs` of a call whose `run` did not return. */
const NOT_RETURNED = -1;

/** How strictly calls are read and results written. */
export interface RunLimits extends JsonLimits {
  /** Whether results are held to their output schema before they are sent. */
  readonly strictOutput: boolean;
  /** Whether calls whose batched `run` failed are run again, each alone; else all of them fail. Default: true. */
  readonly retry?: boolean;
  /** Batches that are run at once. Default: 1. */
  readonly concurrency?: number;
}

/** A call whose input was read, or the reply that refuses it. */
type ReadCall = { readonly callId: number; readonly context: CallContext } & (
  | { readonly args: readonly unknown[]; readonly reply?: undefined }
  | { readonly args?: undefined; readonly reply: ReplyMessage }
);

/** One that is to be run. */
type RunnableCall = ReadCall & { readonly args: readonly unknown[] };

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
  /** A model that is served by itself may always be run again: it does nothing but compute. */
  readonly #runsAgain: boolean;
  readonly #turns: Turns;
  readonly #running = new RunningCalls();
  readonly #streams = new Map<number, StreamSender>();

  /** @throws {HostError} `ENTRY_INVALID` if the schema of an input or of the output is none. */
  constructor(entry: EntryModule, limits: RunLimits, channel: Channel, log: LogSink) {
    this.#entry = entry;
    this.#decodeInput = inputDecoder(entry.schema, limits);
    this.#encodeResult = resultEncoder(entry.schema.output, limits);
    this.#channel = channel;
    this.#log = log;
    this.#turns = new Turns(limits.concurrency ?? 1);
    this.#runsAgain = (limits.retry ?? true) || !entry.batch?.declared;
  }

  /** Runs the calls of a batch: one, or those that can be stacked with the first; the others are handed back. */
  async runBatch(calls: readonly ReceivedCall[]): Promise<void> {
    const contexts = calls.map((call) => new CallContext(decodeCallHead(call.head), this.#log));
    for (const [i, { callId }] of calls.entries()) this.#running.add(callId, contexts[i] as CallContext);
    await this.#turns.begin();
    // Frames that are there already are read first: a call that was cancelled meanwhile is not run.
    await new Promise(setImmediate);
    await this.#channel.drained();
    const begunAtMs = sharedMs();
    const read = calls.map((call, i) => this.#read(call, contexts[i] as CallContext));
    const decodedAtMs = sharedMs();
    const times = { begunAtMs, decodedAtMs, stackedAtMs: decodedAtMs, ranAtMs: decodedAtMs, encodedAtMs: decodedAtMs };
    const ran = await this.#run(read, times);
    this.#sendMetrics(); // what was counted is there when the answer is
    times.encodedAtMs = sharedMs();
    this.#channel.send(encodeReplies({ times, replies: ran.map(({ reply }) => reply) }));
    this.#turns.end();
    for (const { start } of ran) start?.();
  }

  /** The client has left, or the deadline has passed. */
  cancel(callId: number): void {
    this.#running.find(callId)?.abort();
    this.#streams.get(callId)?.cancel();
  }

  /** The client has taken so many bytes of a stream. */
  credit(callId: number, bytes: number): void {
    this.#streams.get(callId)?.credit(bytes);
  }

  #sendMetrics(): void {
    const updates = takeMetricUpdates();
    if (updates) this.#channel.sendMessage(FromWorker.metrics, updates);
  }

  #read({ callId, body }: ReceivedCall, context: CallContext): ReadCall {
    // Nobody waits for it: whatever it is answered is passed over.
    if (context.isAborted) return { callId, context, reply: this.#handBack(callId, ReplyKind.again).reply };
    try {
      return { callId, context, args: this.#decodeInput(context, body) };
    } catch (error) {
      return { callId, context, reply: this.#done(callId, this.#refusal(callId, error, context)) };
    }
  }

  /**
   * One run, and no more: what it takes is what the front's clock of a batch counts, and another worker may have nothing to
   * do meanwhile.
   */
  async #run(calls: readonly ReadCall[], times: BatchTimes): Promise<Ran[]> {
    const group = firstGroup(calls, this.#entry.batch?.rowsMax ?? 1);
    const ofGroup = await this.#runTogether(
      group.map((i) => calls[i] as RunnableCall),
      times,
    );
    let place = 0;
    return calls.map(({ callId, reply }, i) => {
      if (reply) return { reply };
      return i === group[place] ? (ofGroup[place++] as Ran) : this.#handBack(callId, ReplyKind.again);
    });
  }

  async #runTogether(calls: readonly RunnableCall[], times: BatchTimes): Promise<Ran[]> {
    if (calls.length === 0) return [];
    let results: readonly unknown[];
    try {
      results = await runGroup(this.#entry, calls, times);
    } catch (thrown) {
      return this.#allThrown(calls, thrown);
    }
    const runMs = times.ranAtMs - times.stackedAtMs;
    const ran: Ran[] = [];
    for (const [i, { callId, context }] of calls.entries()) {
      const one = this.#encode(callId, context, results[i], runMs);
      ran.push(one instanceof Promise ? await one : one);
    }
    return ran;
  }

  /** Calls that failed together are to run alone, so that a bad one fails alone. */
  #allThrown(calls: readonly RunnableCall[], thrown: unknown): Ran[] {
    const [{ callId, context }] = calls as readonly [RunnableCall];
    if (calls.length === 1) return [{ reply: this.#done(callId, this.#thrown(callId, thrown, context)) }];
    if (!this.#runsAgain) return this.#allFailed(calls, thrown);
    // A run that fails for many and for none alone would never be heard of.
    if (!isRefusal(thrown)) {
      this.#log(
        'warn',
        `run() failed for ${calls.length} calls together, each runs again: ${errorText(thrown)}`,
        undefined,
      );
    }
    return calls.map((call) => this.#handBack(call.callId, ReplyKind.againAlone));
  }

  /** Whose fault it is nobody knows. The stack is logged once, and found from each call. */
  #allFailed(calls: readonly RunnableCall[], thrown: unknown): Ran[] {
    const [{ context: first }] = calls as readonly [RunnableCall];
    return calls.map(({ callId, context }, place) => {
      const text = `run() failed for this call with that of ${first.requestId}: ${asError(thrown).message}`;
      const reply = this.#failure(callId, thrown, context, place === 0 ? errorText(thrown) : text);
      return { reply: this.#done(callId, reply) };
    });
  }

  #handBack(callId: number, kind: ReplyKind): Ran {
    return { reply: this.#done(callId, { callId, kind, runMs: NOT_RETURNED, head: NOTHING, body: NOTHING }) };
  }

  #done(callId: number, reply: ReplyMessage): ReplyMessage {
    this.#running.remove(callId);
    return reply;
  }

  #encode(callId: number, context: CallContext, result: unknown, runMs: number): Ran | Promise<Ran> {
    try {
      const scope = this.#entry.contextless ? noScope : context;
      const encoded = scope.enter(() => this.#encodeResult(result, context));
      if (!(encoded instanceof Promise)) return this.#encoded(callId, context, encoded, runMs);
      return encoded.then(
        (later) => this.#encoded(callId, context, later, runMs),
        (error) => this.#notEncoded(callId, context, error),
      );
    } catch (error) {
      return this.#notEncoded(callId, context, error);
    }
  }

  #encoded(callId: number, context: CallContext, encoded: Encoded, runMs: number): Ran {
    if (encoded.kind === 'stream') return this.#stream(callId, context, encoded, runMs);
    try {
      return { reply: this.#done(callId, wholeReply(callId, encoded, runMs)) };
    } catch (error) {
      return this.#notEncoded(callId, context, error);
    }
  }

  #notEncoded(callId: number, context: CallContext, error: unknown): Ran {
    return { reply: this.#done(callId, this.#thrown(callId, error, context)) };
  }

  #stream(callId: number, context: CallContext, { head, chunks }: Encoded & { kind: 'stream' }, runMs: number) {
    const sender = new StreamSender(callId, chunks, this.#channel);
    this.#streams.set(callId, sender);
    const start = () => {
      const sent = context.enter(() => sender.send());
      void sent.then((error) => {
        this.#streams.delete(callId);
        this.#running.remove(callId);
        if (!error) return;
        this.#log('error', `The stream of run() broke off: ${errorText(error)}`, context.head, exceptionOf(error));
      });
    };
    return { reply: { callId, kind: ReplyKind.stream, runMs, head: encodeMessage(head), body: NOTHING }, start };
  }

  /** By run() itself, or while its result was written: either may find that the input asks for what there is not. */
  #thrown(callId: number, thrown: unknown, context: CallContext): ReplyMessage {
    return isRefusal(thrown) ? errorReply(callId, ReplyKind.refused, thrown) : this.#failure(callId, thrown, context);
  }

  /** The input is wrong, which is for the caller to mend; anything else is a defect of a parameter type. */
  #refusal(callId: number, thrown: unknown, context: CallContext): ReplyMessage {
    if (!(thrown instanceof HostError)) return this.#failure(callId, thrown, context);
    return errorReply(callId, ReplyKind.refused, thrown);
  }

  /** The entry module failed: its author finds out why in the log, the caller is only told that it did. */
  #failure(callId: number, thrown: unknown, { head }: CallContext, text = errorText(thrown)): ReplyMessage {
    this.#log('error', text, head, exceptionOf(thrown));
    const message = 'An unexpected error occurred in scoring script. Check the logs for more info.';
    const unsendable = thrown instanceof HostError && thrown.code === 'RESULT_INVALID';
    return errorReply(callId, ReplyKind.failed, unsendable ? thrown : new HostError('RUN_FAILED', message));
  }
}

function isRefusal(thrown: unknown): thrown is HostError {
  return thrown instanceof HostError && thrown.code === 'INPUT_INVALID';
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
