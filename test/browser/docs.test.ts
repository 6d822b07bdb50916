import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPair } from '../support/certificates.js';
import { HostProcess } from '../support/host-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { launchChromium, openWatched } from './chromium.js';
import { type ProxyOptions, startProxy } from './prefix-proxy.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** The sample of the example's schema. */
const EXAMPLE = { data: [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]] };

/** Run by `npm run test:browser`; with DOCS_IMAGE=1 the picture in docs/operating.md is taken anew. */

let browser: Browser;
let host: HostProcess;
/** What a call with the example is answered. */
let predicted: unknown;
beforeAll(async () => {
  browser = await launchChromium();
  host = await HostProcess.start({ entry: `${root}entry-scripts/diabetes` });
  predicted = await (await host.score(JSON.stringify(EXAMPLE))).json();
});
afterAll(async () => {
  await browser?.close();
  await host?.stop();
});

/** What a page did that it must not do. */
let page: Page;
let requested: string[];
let complaints: string[];
const servers: Server[] = [];
beforeEach(async () => {
  ({ page, requested, complaints } = await openWatched(browser, { viewport: { width: 1100, height: 1180 } }));
});
afterEach(async () => {
  await page.close();
  for (const server of servers.splice(0)) server.close();
});

/** Every address that the page asked for is one of the service. */
function expectNothingLeft(url: string): void {
  const own = requested.filter((address) => !address.startsWith('data:'));
  expect(own.length).toBeGreaterThan(5);
  expect(own.filter((address) => !address.startsWith(`${url}/`))).toEqual([]);
}

async function proxied(options: Omit<ProxyOptions, 'hostPort'>): Promise<string> {
  const { server, url } = await startProxy({ hostPort: host.port, ...options });
  servers.push(server);
  return url;
}

/** POST /score with the example that is filled in; the answer as it is shown. */
async function tryScore(
  example: object = EXAMPLE,
): Promise<{ readonly status: string; readonly body: unknown; readonly url: string }> {
  const score = page.locator('.opblock-post', { hasText: '/score' });
  await score.locator('.opblock-summary').click();
  await score.getByRole('button', { name: 'Try it out' }).click();
  expect(JSON.parse(await score.locator('textarea').first().inputValue())).toEqual(example);
  await score.getByRole('button', { name: 'Execute' }).click();
  const live = score.locator('.live-responses-table');
  await live.waitFor();
  return {
    status: (await live.locator('.response-col_status').nth(1).innerText()).trim(),
    body: await shownBody(live),
    url: (await score.locator('.request-url').innerText()).replace('Request URL', '').trim(),
  };
}

/** undefined where the answer has none. */
async function shownBody(live: Locator): Promise<unknown> {
  const code = live.locator('.highlight-code code');
  return (await code.count()) === 0 ? undefined : JSON.parse(await code.first().innerText());
}

describe('the page at /docs', () => {
  it('shows the example of the service, sends it and shows the prediction', async () => {
    const url = `http://127.0.0.1:${host.port}`;
    await page.goto(`${url}/docs`);
    const answer = await tryScore();
    expect(answer).toEqual({
      status: expect.stringMatching(/^200/),
      body: predicted,
      url: `${url}/score`,
    });
    expectNothingLeft(url);
    expect(complaints).toEqual([]);
    if (process.env.DOCS_IMAGE) {
      const clip = { x: 0, y: 0, width: 1100, height: 1700 };
      await page.screenshot({ path: `${root}docs/images/docs-page.png`, fullPage: true, clip });
    }
  });

  it('shows an example of a model that is served without code, which works as it stands', async () => {
    const model = await HostProcess.start({ entry: `${root}entry-scripts/digits/digits.onnx` });
    try {
      const example = { image: [Array.from({ length: 8 }, () => new Array<number>(8).fill(0))] };
      await page.goto(`${model.url}/docs`);
      const { status, body } = await tryScore(example);
      expect(status).toMatch(/^200/);
      expect(body).toEqual(await (await model.score(JSON.stringify(example))).json());
      expectNothingLeft(model.url);
      expect(complaints).toEqual([]);
    } finally {
      await model.stop();
    }
  });

  it('asks for the key that a proxy demands, and sends it with the calls', async () => {
    const url = await proxied({ key: 'secret' });
    await page.goto(`${url}/docs/`);
    await page.getByLabel('This service asks for a key.').fill('ключ');
    await page.keyboard.press('Enter'); // no header can carry it: it is not sent
    await page.getByLabel('This service asks for a key.').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByLabel('The key was refused. Try another one.').fill('secret');
    await page.getByRole('button', { name: 'Use key' }).click();
    expect(await tryScore()).toMatchObject({
      status: expect.stringMatching(/^200/),
      body: predicted,
    });
    expect(await page.locator('#key-form').isVisible()).toBe(false);
    expectNothingLeft(url);
    // Chromium itself says that of each 401.
    expect(complaints.filter((text) => !text.includes('status of 401'))).toEqual([]);
  });

  it('asks for the key of the host itself, with HTTPS', async () => {
    const { cert, key } = createPair();
    const folder = temporaryFolder({ 'tls.crt': cert, 'tls.key': key });
    const guarded = await HostProcess.start({
      entry: `${root}entry-scripts/diabetes`,
      env: {
        SCOREHOST_PRIMARY_KEY: 'primary-key-of-this-host',
        SCOREHOST_TLS_CERT_FILE: `${folder}/tls.crt`,
        SCOREHOST_TLS_KEY_FILE: `${folder}/tls.key`,
      },
    });
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    try {
      await page.close();
      page = await context.newPage();
      await page.goto(`${guarded.url}/docs/`);
      await page.getByLabel('This service asks for a key.').fill('primary-key-of-another-host');
      await page.keyboard.press('Enter');
      await page.getByLabel('The key was refused. Try another one.').fill('primary-key-of-this-host');
      await page.keyboard.press('Enter');
      expect(await tryScore()).toMatchObject({ status: expect.stringMatching(/^200/), body: predicted });
    } finally {
      await guarded.stop();
    }
  });

  it('asks for the key where only calls demand it, and sends it with the next one', async () => {
    await page.goto(`${await proxied({ key: 'secret', guarded: /^\/score/ })}/docs/`);
    expect((await tryScore()).status).toMatch(/^401/);
    await page.getByLabel('This service asks for a key.').fill('secret');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
  });

  it('says why a document cannot be shown', async () => {
    await page.route('**/swagger.json*', (route) => route.fulfill({ status: 500, json: { message: 'It broke.' } }));
    await page.goto(`http://127.0.0.1:${host.port}/docs/`);
    await page.getByText('The document of the service cannot be shown: 500 It broke.').waitFor();
  });

  it('keeps the key in memory alone', async () => {
    const url = await proxied({ key: 'secret' });
    await page.goto(`${url}/docs/`);
    await page.locator('#key').fill('secret');
    await page.keyboard.press('Enter');
    await page.locator('.opblock-post').waitFor();
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')).toBe('[{},{},""]');
    expect(requested.filter((address) => address.includes('secret'))).toEqual([]);
    await page.reload();
    await page.locator('#key').waitFor({ state: 'visible' });
  });

  it('works below the path prefix of a proxy', async () => {
    const url = await proxied({ prefix: '/some/service', key: 'secret' });
    await page.goto(`${url}/docs`);
    await page.locator('#key').fill('secret');
    await page.keyboard.press('Enter');
    expect(await tryScore()).toEqual({
      status: expect.stringMatching(/^200/),
      body: predicted,
      url: `${url}/score`,
    });
    expectNothingLeft(url);
  });

  it('says that the service is starting, and shows the document once it has', async () => {
    const entry = temporaryFolder({
      'score.ts':
        'export const init = () => new Promise((resolve) => setTimeout(resolve, 2500));\nexport const run = (x: string) => x;\n',
    });
    const slow = await HostProcess.start({ entry, untilReady: false });
    try {
      await page.goto(`http://127.0.0.1:${slow.port}/docs`);
      await page.getByText('The service is starting.').waitFor();
      await page.locator('.opblock-post').waitFor();
      expect(await page.locator('#status').isVisible()).toBe(false);
    } finally {
      await slow.stop();
    }
  });
});
