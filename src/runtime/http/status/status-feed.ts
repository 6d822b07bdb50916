import type { HostState, ModelStatus, StatusEvent, WorkerDeath } from '../../../browser/status/status-event.js';
import type { Readiness } from '../../pool/staff.js';
import type { WorkerView } from '../../pool/worker-view.js';
import { CallHistory, type CallOutcome } from '../../telemetry/call-history.js';
import type { HttpCounts } from '../../telemetry/http-counts.js';
import { PhaseMeans } from '../../telemetry/phase-means.js';
import type { ReadyMessage } from '../../worker/messages.js';
import { reasonOf } from '../access-log.js';
import type { ExchangeEnd } from '../exchange.js';
import { FailedCalls } from './failed-calls.js';
import { Watchers } from './watchers.js';

/** What the status page is told by the rest of the host. All is read when it is asked for. */
export interface StatusSources {
  readonly version: string;
  readonly entryPath: string;
  readonly entryKind: 'module' | 'model';
  readonly hasDocs: boolean;
  readonly readiness: () => Readiness;
  readonly isDraining: () => boolean;
  readonly service: () => ReadyMessage | undefined;
  readonly models: () => readonly ModelStatus[];
  readonly workers: () => readonly WorkerView[];
  readonly queuedCalls: () => number;
  readonly callsInFlight: () => number;
  /** undefined: nothing is counted. */
  readonly counts: HttpCounts | undefined;
}

const STEP_MS = 5_000;
/** Ten minutes. */
const STEPS_MAX = 120;
/** With the step that is open: the last minute, and the last five to ten seconds. */
const MINUTE_STEPS = 11;
const LATELY_STEPS = 1;
const PATH_CHARACTERS_MAX = 200;
const REASON_CHARACTERS_MAX = 300;

/** What the status page shows: it counts the calls, keeps the last minutes, and makes the events. */
export class StatusFeed {
  readonly watchers: Watchers;
  readonly #sources: StatusSources;
  readonly #history: CallHistory;
  readonly #phases: PhaseMeans | undefined;
  readonly #failedCalls = new FailedCalls();
  readonly #clock: NodeJS.Timeout;
  #deaths = 0;
  #lastDeath: WorkerDeath | null = null;
  #service: ReadyMessage | undefined;
  #loads = 0;

  /** @param sendStallMsMax - Milliseconds in which a watcher takes nothing, before it is cut off. */
  constructor(sources: StatusSources, sendStallMsMax: number) {
    this.#sources = sources;
    this.watchers = new Watchers((stepsAfter) => this.event(stepsAfter), sendStallMsMax);
    const { counts } = sources;
    this.#phases = counts && new PhaseMeans(counts.phases, counts.phaseSeconds, MINUTE_STEPS);
    this.#history = new CallHistory(STEPS_MAX, performance.now());
    this.#clock = setInterval(() => this.#endStep(), STEP_MS).unref();
  }

  /** An exchange has ended, of whatever route. */
  onEnd(end: ExchangeEnd): void {
    const { exchange, status, error, ms, cut } = end;
    if (exchange.route === 'score') {
      const outcome = outcomeOf(end);
      this.#history.count(outcome, wasRun(outcome, status) ? ms : undefined);
      if (outcome === 'ok' || outcome === 'left') return;
    } else if (!isOwnFailure(end)) return;
    this.#failedCalls.add({
      at: Date.now(),
      requestId: exchange.ids.requestId,
      method: exchange.method,
      path: (exchange.target.split('?', 1)[0] as string).slice(0, PATH_CHARACTERS_MAX),
      status,
      ...(error ? { code: error.code, reason: reasonOf(error).slice(0, REASON_CHARACTERS_MAX) } : {}),
      ...(cut && !error ? { reason: 'the reply was cut off: its stream broke, or stood still' } : {}),
    });
  }

  /** So many calls have been handed to a worker. */
  onBatch(calls: number): void {
    const { queuedCalls, callsInFlight } = this.#sources;
    this.#history.countBatch(calls);
    this.#history.sample(queuedCalls() + calls, callsInFlight());
  }

  /** A worker has died. */
  onDied(cause: string): void {
    this.#deaths++;
    this.#lastDeath = { at: Date.now(), cause };
  }

  /** @param after - The number of the last step that is known already. */
  event(after: number): StatusEvent {
    const { version, entryPath, entryKind, hasDocs, readiness, models, workers } = this.#sources;
    const { queuedCalls, callsInFlight } = this.#sources;
    const { reason, workersWanted } = readiness();
    const [waiting, inFlight] = [queuedCalls(), callsInFlight()];
    this.#history.sample(waiting, inFlight);
    const nowMs = performance.now();
    return {
      at: Date.now(),
      state: this.#state(),
      reason,
      workersWanted,
      version,
      pid: process.pid,
      startedAt: wallTime(0),
      residentBytes: process.memoryUsage.rss(),
      entryPath,
      entryKind,
      hasDocs,
      service: this.#serviceStatus(),
      models: models(),
      workers: workers().map(({ hiredAtMs, ...worker }) => ({ ...worker, startedAt: wallTime(hiredAtMs) })),
      deaths: this.#deaths,
      lastDeath: this.#lastDeath,
      waiting,
      inFlight,
      lastMinute: this.#history.last(MINUTE_STEPS, nowMs),
      phases: this.#phases?.means() ?? [],
      lately: this.#history.last(LATELY_STEPS, nowMs),
      stepMs: STEP_MS,
      stepsMax: STEPS_MAX,
      steps: this.#history.steps(after),
      failedCalls: this.#failedCalls.list(),
    };
  }

  /** Keeps no more history, and ends the streams of those who watch. */
  end(): void {
    clearInterval(this.#clock);
    this.watchers.end();
  }

  #endStep(): void {
    const { workers, queuedCalls, callsInFlight } = this.#sources;
    const residentBytes = workers().reduce((sum, worker) => sum + worker.residentBytes, process.memoryUsage.rss());
    this.#history.sample(queuedCalls(), callsInFlight());
    this.#history.endStep(performance.now(), Date.now(), residentBytes);
    this.#phases?.endStep();
  }

  #state(): HostState {
    const { readiness, isDraining, service } = this.#sources;
    if (isDraining()) return 'draining';
    if (readiness().ready) return 'ready';
    return service() === undefined ? 'starting' : 'unready';
  }

  #serviceStatus(): StatusEvent['service'] {
    const service = this.#sources.service();
    if (!service) return null;
    if (service !== this.#service) this.#loads++;
    this.#service = service;
    const { kind, loadMs, batchCallsMax } = service;
    return { kind, loadMs, batchCallsMax, loads: this.#loads };
  }
}

/** @param ms - On `performance.now()`. */
function wallTime(ms: number): number {
  return Math.round(performance.timeOrigin + ms);
}

function outcomeOf({ status, clientLeft, cut }: ExchangeEnd): CallOutcome {
  if (cut) return 'failed';
  if (clientLeft) return 'left';
  if (status < 400) return 'ok';
  if (status >= 500) return 'failed';
  return status === 429 ? 'overload' : 'refused';
}

/** Refusals are answered at once: among the others they would make a host that is overloaded look fast. */
function wasRun(outcome: CallOutcome, status: number): boolean {
  return outcome === 'ok' || (outcome === 'failed' && status !== 503);
}

/** Whether another route than /score failed. That it is not ready, readiness says by 503. */
function isOwnFailure({ status, cut }: ExchangeEnd): boolean {
  return cut || (status >= 500 && status !== 503);
}
