import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIST } from '../../../package-files.js';
import type { HeaderList } from '../exchange.js';

/** Made of `src/browser/status/` by the build: one file, with its style and its script inside. */
const FILE = join(DIST, 'browser', 'status.html');

export interface StatusPage {
  readonly headers: HeaderList;
  readonly html: string;
}

/** The page at /status. It holds no data: its script asks for them. */
export function readStatusPage(): StatusPage {
  const html = readFileSync(FILE, 'utf8');
  return {
    html,
    headers: [
      'Content-Type',
      'text/html; charset=utf-8',
      'Cache-Control',
      'no-cache',
      'Content-Security-Policy',
      contentSecurityPolicy(html),
      'Cross-Origin-Opener-Policy',
      'same-origin',
      'Referrer-Policy',
      'no-referrer',
      'X-Content-Type-Options',
      'nosniff',
      'X-Frame-Options',
      'DENY',
    ],
  };
}

/** Nothing but the very style and script of the page, what it asks the host for, and its icon, which is data. */
function contentSecurityPolicy(html: string): string {
  return [
    "default-src 'none'",
    `style-src ${hashOf(html, 'style')}`,
    `script-src ${hashOf(html, 'script')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function hashOf(html: string, tag: 'style' | 'script'): string {
  const [, content = ''] = new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 's').exec(html) ?? [];
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
