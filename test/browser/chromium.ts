import { execFileSync } from 'node:child_process';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** The Chromium of the machine, which asks nobody for anything by itself. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? chromiumOnPath(),
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}

/** A page, and what it did that it must not do. */
export interface WatchedPage {
  readonly page: Page;
  /** Every address that it asked for. */
  readonly requested: string[];
  /** Errors of its scripts, and what it wrote of errors. */
  readonly complaints: string[];
}

export async function openWatched(browser: Browser, options: BrowserContextOptions): Promise<WatchedPage> {
  const page = await browser.newPage(options);
  const [requested, complaints]: [string[], string[]] = [[], []];
  page.on('request', (request) => requested.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, requested, complaints };
}

function chromiumOnPath(): string {
  return execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
}
