import { BucketCounts } from './bucket-counts.js';

/** What became of a request: the class of its status, or that it has none, as its client left before. */
export const STATUS_CLASSES = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/** Seconds: from an answer out of memory to a call at its deadline. */
const REQUEST_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const;
/** … and parts of them: most take microseconds. */
const PHASE_SECONDS = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
  5, 10, 30, 60,
] as const;

/** What a request that is over counts as. */
export interface CountedRequest {
  /** Its place in the list of routes. */
  readonly route: number;
  /** Of its answer; 0: it had none. */
  readonly status: number;
  readonly seconds: number;
  /** Why it had no other answer, by the code of the error. */
  readonly errorCode: string | undefined;
  readonly clientLeft: boolean;
  /** Its answer was cut off by the host. */
  readonly cut: boolean;
}

/** Requests by what they asked for and what became of them. To count one is a few additions in arrays. */
export class HttpCounts {
  /** Names of the routes, in the order that {@link CountedRequest.route} counts in. */
  readonly routes: readonly string[];
  readonly phases: readonly string[];
  /** A row for each route, with a column for each of {@link STATUS_CLASSES}. */
  readonly #requests: Float64Array;
  /** By route. */
  readonly seconds: readonly BucketCounts[];
  /** Of the calls that were admitted, by phase. */
  readonly phaseSeconds: readonly BucketCounts[];
  readonly #errors = new Map<string, number>();
  #clientsLeft = 0;
  #repliesCut = 0;

  constructor(routes: readonly string[], phases: readonly string[]) {
    this.routes = routes;
    this.phases = phases;
    this.#requests = new Float64Array(routes.length * STATUS_CLASSES.length);
    this.seconds = routes.map(() => new BucketCounts(REQUEST_SECONDS));
    this.phaseSeconds = phases.map(() => new BucketCounts(PHASE_SECONDS));
  }

  count({ route, status, seconds, errorCode, clientLeft, cut }: CountedRequest): void {
    (this.#requests[route * STATUS_CLASSES.length + Math.floor(status / 100)] as number)++;
    this.seconds[route]?.observe(seconds);
    if (errorCode !== undefined) this.countError(errorCode);
    if (clientLeft) this.#clientsLeft++;
    if (cut) this.#repliesCut++;
  }

  /** Of a request that has no exchange, too: it was no HTTP. */
  countError(code: string): void {
    this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
  }

  /** @param boundsMs - Milliseconds at which the phases begin and end: one more than there are phases. */
  countPhases(boundsMs: Float64Array): void {
    for (let i = 0; i < this.phaseSeconds.length; i++) {
      const ms = (boundsMs[i + 1] as number) - (boundsMs[i] as number);
      (this.phaseSeconds[i] as BucketCounts).observe(ms / 1000);
    }
  }

  requests(route: number, statusClass: number): number {
    return this.#requests[route * STATUS_CLASSES.length + statusClass] ?? 0;
  }

  /** How often which error was answered, by its code. */
  get errors(): ReadonlyMap<string, number> {
    return this.#errors;
  }

  /** Answers that were cut off after their status had left. */
  get repliesCut(): number {
    return this.#repliesCut;
  }

  /** Clients that left before they had their answer. */
  get clientsLeft(): number {
    return this.#clientsLeft;
  }
}
