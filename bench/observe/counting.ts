import { HostMetrics } from '../../src/runtime/host-metrics.js';
import type { ExchangeEnd } from '../../src/runtime/http/exchange.js';
import { measure } from '../../src/runtime/http/measure.js';
import { sharedMs } from '../../src/runtime/shared-clock.js';
import { median } from '../serve/ratios.js';

const CALLS = 200_000;
const REPEATS = 9;
/** Times that a worker takes of each batch. */
const TIMES = 5;

/**
 * Microseconds that it takes to count a call, in front and worker together, where it is a batch by itself: then the worker's
 * clock is read for it alone.
 *
 * It is the code of the host, in a loop: what it needs is in the caches of the processor, as it hardly is in a host. It is there to
 * see of which size the cost is, which is far below what two hosts differ by.
 */
export function countingUs(): number {
  const metrics = new HostMetrics(() => {});
  const count = measure(metrics.http);
  const calls = Array.from({ length: 64 }, (_, i) => endOf(0.2 * (i + 1)));
  const times = Buffer.alloc(8 * TIMES);
  let sum = 0; // nothing is left out as unused
  const once = (): void => {
    for (let i = 0; i < CALLS; i++) {
      for (let at = 0; at < times.length; at += 8) times.writeDoubleLE(sharedMs(), at);
      for (let at = 0; at < times.length; at += 8) sum += times.readDoubleLE(at);
      metrics.poolEvents.onBatch(1);
      count(calls[i % calls.length] as ExchangeEnd);
    }
  };
  once();
  const us = Array.from({ length: REPEATS }, () => {
    const fromMs = performance.now();
    once();
    return (1000 * (performance.now() - fromMs)) / CALLS;
  });
  return Number.isFinite(sum) ? median(us) : Number.NaN;
}

/** A call that was answered, and took so long. */
function endOf(ms: number): ExchangeEnd {
  const startedAtMs = performance.now();
  const at = (share: number) => startedAtMs + share * ms;
  const shared = (share: number) => sharedMs() + share * ms;
  const times = {
    begunAtMs: shared(0.3),
    decodedAtMs: shared(0.4),
    stackedAtMs: shared(0.5),
    ranAtMs: shared(0.7),
    encodedAtMs: shared(0.8),
  };
  const call = { queuedAtMs: at(0.1), decidedAtMs: at(0.9), batch: { sentAtMs: at(0.2), times } };
  const exchange = { route: 'score', answered: true, startedAtMs, call };
  return { exchange, status: 200, ms, clientLeft: false, cut: false, error: undefined } as unknown as ExchangeEnd;
}
