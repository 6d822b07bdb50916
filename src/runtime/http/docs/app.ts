import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import express, { type NextFunction, type Response } from 'express';
import { serveWithOptions } from 'swagger-ui-express';
import { DIST } from '../../../package-files.js';
import { PAGE, STYLE } from './page.js';

/** An Express app as a function; `next` gets what it did not answer, and the error if there was one. */
export type DocsApp = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

/** Compiled from `src/browser/`. */
const SCRIPTS = join(DIST, 'browser');

/** Nothing but what the host itself serves; images in the style sheet of swagger-ui are data. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** What belongs to this version of the host is asked for again each time, and answered 304 while it is the same. */
const REVALIDATED = 'no-cache';
const ASSET_SECONDS_MAX = 3600;

/** The page at /docs/, below whatever path a proxy has put it: all that it names is relative. */
export function docsApp(): DocsApp {
  const app = express();
  app.disable('x-powered-by').enable('strict routing');
  app.use((req, res: Response, next: NextFunction) => {
    // Conditions for writing: a page that is only read has no answer to them.
    delete req.headers['if-match'];
    delete req.headers['if-unmodified-since'];
    res.set(HEADERS);
    next();
  });
  app.get('/docs', (_req, res: Response) => res.redirect('docs/'));
  app.get('/docs/', (_req, res: Response) => res.set('Cache-Control', REVALIDATED).type('html').send(PAGE));
  app.get('/docs/docs-page.css', (_req, res: Response) =>
    res.set('Cache-Control', REVALIDATED).type('css').send(STYLE),
  );
  for (const name of ['docs-page.js', 'served-document.js']) {
    const options = { root: SCRIPTS, cacheControl: false, acceptRanges: false };
    app.get(`/docs/${name}`, (_req, res: Response, next: NextFunction) =>
      res.set('Cache-Control', REVALIDATED).sendFile(name, options, (error) => error && next(error)),
    );
  }
  app.use('/docs', ...serveWithOptions({ maxAge: ASSET_SECONDS_MAX * 1000, redirect: false, acceptRanges: false }));
  return app;
}
