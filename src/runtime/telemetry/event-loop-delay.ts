import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Every so often a timer looks how late it is: what it finds is no finer, and costs as little. */
const RESOLUTION_MS = 20;

/** How late the event loop of this process is. */
export interface EventLoopDelay {
  /** Seconds by percentile, since it was asked the last time. */
  sinceLastAsked(): ReadonlyMap<string, number>;
}

export function newEventLoopDelay(): EventLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    sinceLastAsked() {
      // What it measures is the time between two of its timers.
      const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1e3);
      const isEmpty = histogram.count === 0;
      const at = (percentile: number) => (isEmpty ? 0 : late(histogram.percentile(percentile)));
      const delays = new Map([
        ['50', at(50)],
        ['99', at(99)],
        ['100', isEmpty ? 0 : late(histogram.max)],
      ]);
      histogram.reset();
      return delays;
    },
  };
}
