import { HostError } from '../../../errors.js';
import type { Exchange } from '../exchange.js';
import { normalisePath } from '../route.js';
import { readStatusPage, type StatusPage } from '../status/page.js';
import { EVENTS_HEADERS, type Watchers } from '../status/watchers.js';

/**
 * GET /status: a page that shows what the host is doing. It is read by the first request for it, and holds no data. What it names
 * is relative: with a slash behind its path, that would be elsewhere.
 */
export function statusRoute() {
  let page: StatusPage | undefined;
  return (exchange: Exchange): void => {
    if (normalisePath(exchange.target).endsWith('/')) return exchange.send(302, ['Location', '../status'], '');
    page ??= readStatusPage();
    exchange.send(200, page.headers, page.html);
  };
}

/** GET /status/events: what the page shows, as server-sent events. */
export function statusEventsRoute(watchers: Watchers) {
  return (exchange: Exchange): void => {
    if (exchange.method === 'HEAD') return exchange.send(200, Object.entries(EVENTS_HEADERS).flat(), '');
    if (watchers.isFull) {
      const error = new HostError('WATCHERS_FULL', 'As many status pages are open as the host feeds.');
      return exchange.fail(error, ['x-ms-run-function-failed', 'False', 'Retry-After', '5']);
    }
    exchange.isEndless = true;
    // Nothing is written for a second: only they know whether a watcher stands still.
    exchange.handOver((_, res) => watchers.add(res.setTimeout(0)));
  };
}
