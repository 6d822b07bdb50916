import { LatencyCounts } from './latency-counts.js';

/** How a call ended: well, refused as the caller's doing, refused as there were too many, failed, or its client left. */
export const CALL_OUTCOMES = ['ok', 'refused', 'overload', 'failed', 'left'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** What happened in a span of time. */
export interface CallSpan {
  readonly ms: number;
  readonly calls: Readonly<Record<CallOutcome, number>>;
  /** Milliseconds, estimated from buckets; null where there were none. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
  readonly batches: number;
  readonly batchCalls: number;
  readonly waitingMax: number;
  readonly inFlightMax: number;
}

/** One step of the history. */
export interface CallStep extends CallSpan {
  /** Counted from 1. */
  readonly number: number;
  /** Its end, in milliseconds since 1970. */
  readonly at: number;
  readonly residentBytes: number;
}

const SHARES = [0.5, 0.95, 0.99];

/** The counts of a step, and of nothing before it. */
class Counts {
  readonly startedAtMs: number;
  ms = 0;
  readonly outcomes = new Float64Array(CALL_OUTCOMES.length);
  readonly latencies = new LatencyCounts();
  batches = 0;
  batchCalls = 0;
  waitingMax = 0;
  inFlightMax = 0;

  constructor(startedAtMs: number) {
    this.startedAtMs = startedAtMs;
  }

  add(other: Counts): void {
    for (const i of CALL_OUTCOMES.keys()) (this.outcomes[i] as number) += other.outcomes[i] as number;
    this.latencies.add(other.latencies);
    this.ms += other.ms;
    this.batches += other.batches;
    this.batchCalls += other.batchCalls;
    this.waitingMax = Math.max(this.waitingMax, other.waitingMax);
    this.inFlightMax = Math.max(this.inFlightMax, other.inFlightMax);
  }

  toSpan(): CallSpan {
    const { ms, batches, batchCalls, waitingMax, inFlightMax } = this;
    const calls = Object.fromEntries(CALL_OUTCOMES.map((name, i) => [name, this.outcomes[i]]));
    const [p50, p95, p99] = this.latencies.percentiles(SHARES)?.map(rounded) ?? [];
    const latency = p50 === undefined || p95 === undefined || p99 === undefined ? null : { p50, p95, p99 };
    return { ms, calls: calls as CallSpan['calls'], latency, batches, batchCalls, waitingMax, inFlightMax };
  }
}

/**
 * What became of the calls of the last minutes, in steps. A call adds to some numbers; everything else is done when a step
 * ends, or somebody asks. The clocks are passed in: the monotonic one of `performance.now()`, and the wall's.
 */
export class CallHistory {
  readonly stepsMax: number;
  readonly #steps: { readonly step: CallStep; readonly counts: Counts }[] = [];
  #stepsEnded = 0;
  #open: Counts;

  constructor(stepsMax: number, nowMs: number) {
    this.stepsMax = stepsMax;
    this.#open = new Counts(nowMs);
  }

  /** @param ms - How long it took; undefined if it says nothing of how fast calls are run. */
  count(outcome: CallOutcome, ms: number | undefined): void {
    (this.#open.outcomes[CALL_OUTCOMES.indexOf(outcome)] as number)++;
    if (ms !== undefined) this.#open.latencies.observe(ms);
  }

  /** So many calls were handed to a worker together. */
  countBatch(calls: number): void {
    this.#open.batches++;
    this.#open.batchCalls += calls;
  }

  /** How many calls wait and are inside just now: the most of each step is kept. */
  sample(waiting: number, inFlight: number): void {
    const open = this.#open;
    if (waiting > open.waitingMax) open.waitingMax = waiting;
    if (inFlight > open.inFlightMax) open.inFlightMax = inFlight;
  }

  /** Ends a step, and begins the next. */
  endStep(nowMs: number, at: number, residentBytes: number): void {
    const counts = this.#until(nowMs);
    this.#steps.push({ step: { number: ++this.#stepsEnded, at, residentBytes, ...counts.toSpan() }, counts });
    if (this.#steps.length > this.stepsMax) this.#steps.shift();
    this.#open = new Counts(nowMs);
  }

  /** The steps that have ended, oldest first. @param after - Only those with higher numbers. */
  steps(after = 0): CallStep[] {
    return this.#steps.map(({ step }) => step).filter(({ number }) => number > after);
  }

  /** The step that is open, and so many before it, as one. */
  last(steps: number, nowMs: number): CallSpan {
    const sum = new Counts(nowMs);
    for (const { counts } of this.#steps.slice(-steps)) sum.add(counts);
    sum.add(this.#until(nowMs));
    return sum.toSpan();
  }

  /** The step that is open, as long as it has become. */
  #until(nowMs: number): Counts {
    this.#open.ms = nowMs - this.#open.startedAtMs;
    return this.#open;
  }
}

/** To three digits: nobody reads more, and they would be sent every second. */
function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}
