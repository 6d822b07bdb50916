import type { DocsApp } from '../docs/app.js';
import type { Exchange } from '../exchange.js';
import { routeUnknown } from '../refusals.js';
import { normalisePath } from '../route.js';

/**
 * GET /docs, /docs/ and the files of the page. Express and the page are loaded by the first request for them: no start
 * and no call waits for that.
 */
export function docsRoute() {
  let loading: Promise<DocsApp> | undefined;
  return async (exchange: Exchange): Promise<void> => {
    loading ??= import('../docs/app.js').then(({ docsApp }) => docsApp());
    const app = await loading;
    await new Promise<void>((resolve, reject) => {
      exchange.onceEnded(resolve);
      exchange.handOver((req, res) => {
        req.url = normalisePath(exchange.target); // Express is to see the path that was routed, and no other
        app(req, res, (error?: unknown) => {
          if (error) return reject(error);
          routeUnknown(exchange);
        });
      });
    });
  };
}
