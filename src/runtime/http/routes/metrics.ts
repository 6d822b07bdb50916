import type { Metrics } from '../../telemetry/metrics.js';
import type { Exchange } from '../exchange.js';

/** GET /metrics: a scrape in the text format of Prometheus. Its library is loaded by the first. */
export function metricsRoute(load: () => Promise<Metrics>) {
  let loading: Promise<Metrics> | undefined;
  return async (exchange: Exchange): Promise<void> => {
    loading ??= load();
    const { contentType, scrape } = await loading;
    exchange.send(200, ['Content-Type', contentType, 'Cache-Control', 'no-store'], await scrape());
  };
}
