import type { StatusEvent } from '../../../browser/status/status-event.js';
import type { ServerResponse } from '../node-http.js';

const EVENT_MS = 1_000;
/** Pages that may be open at once. */
const WATCHERS_MAX = 20;
/** A page then asks anew: a key that is no longer taken shows it nothing for longer than that. */
const STREAM_MS_MAX = 15 * 60_000;
/** What a watcher has not read so long after the last event is dropped. */
const END_MS_MAX = 500;

export const EVENTS_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Content-Type-Options': 'nosniff',
  'X-Accel-Buffering': 'no', // nginx would keep events until it has many
  Connection: 'close', // it ends with the stream: a host that ends waits for no connection of a page
} as const;

/** Since when somebody watches, and what he was sent last: the number of the step, and when. */
interface Watching {
  readonly sinceMs: number;
  readonly step: number;
  readonly sentAtMs: number;
}

/** Streams of server-sent events: one a second, as long as somebody watches. */
export class Watchers {
  readonly #event: (stepsAfter: number) => StatusEvent;
  readonly #stallMsMax: number;
  readonly #watchers = new Map<ServerResponse, Watching>();
  #clock: NodeJS.Timeout | undefined;
  #ended = false;

  /**
   * @param event - Makes an event, with the steps of higher numbers.
   * @param stallMsMax - Milliseconds in which a watcher takes nothing, before it is cut off.
   */
  constructor(event: (stepsAfter: number) => StatusEvent, stallMsMax: number) {
    this.#event = event;
    this.#stallMsMax = stallMsMax;
  }

  get isFull(): boolean {
    return this.#watchers.size >= WATCHERS_MAX;
  }

  /** Begins a stream: its first event has all steps. Where the host is ending, it is the only one. */
  add(res: ServerResponse): void {
    res.writeHead(200, EVENTS_HEADERS);
    const nowMs = performance.now();
    this.#watchers.set(res, { sinceMs: nowMs, step: 0, sentAtMs: nowMs });
    res.once('close', () => this.#remove(res));
    this.#sendTo([res]);
    if (this.#ended) this.endAll();
    else this.#clock ??= setInterval(() => this.send(), EVENT_MS).unref();
  }

  /** Sends an event to all. */
  send(): void {
    this.#sendTo(this.#watchers.keys());
  }

  /** Sends the last event, and ends the streams, now and from now on: no watcher holds up the end of the host. */
  end(): void {
    this.#ended = true;
    this.send();
    this.endAll();
  }

  /** Ends the streams that there are: their pages come again, and are asked for the key that holds now. */
  endAll(): void {
    clearInterval(this.#clock);
    this.#clock = undefined;
    this.#endOf([...this.#watchers.keys()]);
  }

  #endOf(ending: readonly ServerResponse[]): void {
    for (const res of ending) {
      this.#watchers.delete(res);
      res.end();
    }
    setTimeout(() => {
      for (const res of ending) res.destroy();
    }, END_MS_MAX).unref();
  }

  /**
   * Whoever has not read the last event gets none, so that no more waits for him than that; what he missed is in his next one.
   * If that takes him too long, he is cut off.
   */
  #sendTo(watchers: Iterable<ServerResponse>): void {
    const nowMs = performance.now();
    const made = new Map<number, { readonly text: string; readonly lastStep: number }>();
    for (const res of watchers) {
      const { sinceMs, step, sentAtMs } = this.#watchers.get(res) as Watching;
      if (res.writableNeedDrain) {
        if (nowMs - sentAtMs > this.#stallMsMax) res.destroy();
        continue;
      }
      const { text, lastStep } = made.get(step) ?? this.#make(step);
      made.set(step, { text, lastStep });
      this.#watchers.set(res, { sinceMs, step: lastStep, sentAtMs: nowMs });
      res.write(text);
      if (nowMs - sinceMs > STREAM_MS_MAX) this.#endOf([res]);
    }
  }

  /** The next event of those who know the steps until this one. */
  #make(step: number) {
    const event = this.#event(step);
    return { text: `data: ${JSON.stringify(event)}\n\n`, lastStep: event.steps.at(-1)?.number ?? step };
  }

  #remove(res: ServerResponse): void {
    this.#watchers.delete(res);
    if (this.#watchers.size > 0) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
  }
}
