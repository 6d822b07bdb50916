import type { CollectionCounts, DropReason } from '../telemetry/collection-counts.js';
import type { Log } from '../telemetry/log.js';
import { COLLECT_PREFIX_BYTES, CollectKind, decodeGivenUp } from '../worker/frames.js';
import type { CollectedPayload } from '../worker/messages.js';
import type { CollectPlan } from './collect-plan.js';
import { rateOf } from './collect-rules.js';
import { DropReport } from './drop-report.js';
import { RecordBuffer } from './record-buffer.js';
import type { WriterAck } from './writer-frames.js';
import { WriterProcess } from './writer-process.js';

/** What the head of a record may have besides its data. */
const HEAD_BYTES_MAX = 64 * 1024;
/** Where one of these fits, others are taken, too, though a larger one was not. */
const SMALL_RECORD_BYTES = 1024;
/** Until the writer is started again: twice as long each time that it has written nothing. */
const RESTART_MS_MIN = 1_000;
const RESTART_MS_MAX = 60_000;

/** Why a worker has given records up. */
const givenUp: Readonly<Record<number, DropReason>> = {
  [CollectKind.tooLarge]: 'too_large',
  [CollectKind.unusable]: 'unusable',
  [CollectKind.full]: 'buffer_full',
};

/**
 * Data collection as the front sees it: records come, from workers and of requests and answers, and go to the process that
 * writes them. What is too much is dropped here, and counted: nothing that happens behind it keeps a call waiting.
 */
export class Collection {
  readonly plan: CollectPlan;
  readonly #log: Log;
  readonly #report: DropReport;
  readonly #buffer = new RecordBuffer((bytes) => this.#writer?.write(bytes));
  readonly #dropped: Record<DropReason, number> = {
    buffer_full: 0,
    too_large: 0,
    unusable: 0,
    write_failed: 0,
    writer_lost: 0,
  };
  #writer: WriterProcess | undefined;
  #state: 'off' | 'on' | 'closing' | 'closed' = 'off';
  #written = 0;
  /** Of records that have not been acknowledged. */
  #waitingBytes = 0;
  #waitingRecords = 0;
  #restartMs = RESTART_MS_MIN;
  #onClosed: (() => void) | undefined;

  constructor(plan: CollectPlan, log: Log) {
    this.plan = plan;
    this.#log = log;
    this.#report = new DropReport((message) => log.warn(message));
  }

  start(): void {
    this.#state = 'on';
    this.#log.info(description(this.plan));
    this.#startWriter();
  }

  get counts(): CollectionCounts {
    return { written: this.#written, dropped: { ...this.#dropped }, waitingBytes: this.#waitingBytes };
  }

  /** A `collect` frame of a worker. @returns false where there is no room for more. */
  onRecord(payload: Buffer): boolean {
    if (payload[0] !== CollectKind.record) this.#onGivenUp(payload);
    else if (payload.length > this.plan.rules.recordBytesMax + HEAD_BYTES_MAX) this.#drop('too_large', 1);
    else if (!this.#add(payload.length, [payload])) return this.#noRoom(SMALL_RECORD_BYTES) === undefined;
    return true;
  }

  /** A request or an answer, whose body is in these pieces. */
  addPayload(head: CollectedPayload, pieces: readonly Uint8Array[]): void {
    let bytes = 0;
    for (const piece of pieces) bytes += piece.length;
    if (bytes > this.plan.rules.recordBytesMax) return this.#drop('too_large', 1);
    // Before anything is written: when the sink hangs, dropping must cost next to nothing.
    const reason = this.#noRoom(bytes);
    if (reason) return this.#drop(reason, 1);
    const headBytes = Buffer.from(JSON.stringify(head));
    const prefix = Buffer.allocUnsafe(COLLECT_PREFIX_BYTES);
    prefix.writeUInt8(CollectKind.record);
    prefix.writeUInt32LE(headBytes.length, 1);
    this.#add(prefix.length + headBytes.length + bytes, [prefix, headBytes, ...pieces]);
  }

  /** Has everything written that is there, and says what could not be, within this time. */
  async close(msMax: number): Promise<void> {
    if (this.#state !== 'on') return;
    this.#state = 'closing';
    this.#buffer.flush();
    await this.#untilClosed(msMax);
    this.#state = 'closed';
    this.#loseWaiting(`not written within ${Math.round(msMax)} ms of the end`);
    this.kill();
    this.#report.end();
  }

  /** Ends at once. */
  kill(): void {
    this.#state = 'closed';
    this.#writer?.kill();
  }

  #untilClosed(msMax: number): Promise<void> {
    const writer = this.#writer;
    if (writer === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, msMax);
      this.#onClosed = () => {
        clearTimeout(timer);
        resolve();
      };
      writer.close();
    });
  }

  #onGivenUp(payload: Buffer): void {
    const { kind, records } = decodeGivenUp(payload);
    // Where the worker had been told that there is no room, it is known here why.
    const why = kind === CollectKind.full ? this.#noRoom(0) : undefined;
    this.#drop(why ?? givenUp[kind] ?? 'unusable', records);
  }

  /** @returns false where there was no room. */
  #add(length: number, parts: readonly Uint8Array[]): boolean {
    const reason = this.#noRoom(length);
    if (reason) {
      this.#drop(reason, 1);
      return false;
    }
    this.#waitingBytes += length;
    this.#waitingRecords++;
    this.#buffer.add(length, parts);
    return true;
  }

  /** Why so many bytes cannot be taken, if they cannot. */
  #noRoom(bytes: number): DropReason | undefined {
    if (this.#writer === undefined) return 'writer_lost';
    return this.#waitingBytes + bytes > this.plan.bufferBytesMax ? 'buffer_full' : undefined;
  }

  #drop(reason: DropReason, records: number, problem?: string): void {
    if (this.#state === 'off') return;
    this.#dropped[reason] += records;
    this.#report.add(reason, records, problem);
  }

  #startWriter(): void {
    this.#writer = new WriterProcess(this.plan, {
      onAck: (ack) => this.#onAck(ack),
      onClosed: () => this.#onClosed?.(),
      onLost: (how) => this.#onLost(how),
    });
  }

  #onAck({ bytes, written, failed, unusable, problem }: WriterAck): void {
    this.#waitingBytes -= bytes;
    this.#waitingRecords -= written + failed + unusable;
    this.#written += written;
    if (written > 0) this.#restartMs = RESTART_MS_MIN;
    if (failed > 0) this.#drop('write_failed', failed, problem);
    if (unusable > 0) this.#drop('unusable', unusable, problem);
    if (problem !== undefined && bytes === 0) this.#log.error(`data collection: nothing can be written: ${problem}`);
  }

  #onLost(how: string): void {
    this.#writer = undefined;
    this.#onClosed?.();
    if (this.#state !== 'on') return;
    this.#log.error(`data collection: the process that writes ended (${how}); another starts in ${this.#restartMs} ms`);
    this.#loseWaiting('they were with the process that ended');
    setTimeout(() => this.#state === 'on' && this.#startWriter(), this.#restartMs).unref();
    this.#restartMs = Math.min(2 * this.#restartMs, RESTART_MS_MAX);
  }

  #loseWaiting(problem: string): void {
    this.#buffer.clear();
    if (this.#waitingRecords > 0) this.#drop('writer_lost', this.#waitingRecords, problem);
    this.#waitingRecords = 0;
    this.#waitingBytes = 0;
  }
}

/** Where to, in which form, and what of calls: but no secret. */
function description({ sink, format, rules }: CollectPlan): string {
  const to = sink.kind === 'folder' ? sink.folder : `Azure Blob storage, container ${sink.container}`;
  const automatic = (['request', 'response'] as const)
    .filter((collection) => rateOf(rules, collection) > 0)
    .map((collection) => `${collection}s`);
  const what = ['ModelDataCollector', ...automatic].join(', ');
  return `data collection: ${what} as ${format === 'csv' ? 'CSV' : 'CloudEvents'} to ${to}`;
}
