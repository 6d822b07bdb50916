import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { HostProcess } from '../support/host-process.js';
import { KeepAliveLoad } from '../support/keep-alive-load.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { launchChromium, openWatched } from './chromium.js';
import { startProxy } from './prefix-proxy.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const BODY = '{"data":[[10,9,8,7,6,5,4,3,2,1]]}';
const REQUEST = `POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

/**
 * Run by `npm run test:browser`; with STATUS_IMAGE=1 the picture in docs/operating.md is taken anew, after ten minutes of load. The one
 * in docs/ has been reduced to 256 colours, which takes a third of the bytes.
 */
const LOAD_MS = 7_000;
const IMAGE_LOAD_MS = 610_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

let page: Page;
/** What the page did that it must not do. */
let requested: string[];
let complaints: string[];
const hosts: HostProcess[] = [];
const servers: Server[] = [];
beforeEach(async () => {
  const options = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' } as const;
  ({ page, requested, complaints } = await openWatched(browser, options));
});
afterEach(async () => {
  await page.close();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
  for (const host of hosts.splice(0)) await host.stop();
});

async function start(options: Parameters<typeof HostProcess.start>[0]): Promise<HostProcess> {
  const host = await HostProcess.start(options);
  hosts.push(host);
  return host;
}

const diabetes = (env: Record<string, string> = {}) => start({ entry: `${root}entry-scripts/diabetes`, env });

function expectNothingLeft(url: string): void {
  const own = requested.filter((address) => !address.startsWith('data:'));
  expect(own.length).toBeGreaterThanOrEqual(3); // the page, the events, the document
  expect(own.filter((address) => !address.startsWith(`${url}/`))).toEqual([]);
}

const textOf = (selector: string) => page.locator(selector).innerText();
const number = (text: string) => Number(text.replaceAll(',', ''));

/** The number of calls that were answered 200, as all were. */
async function loadFor(ms: number, port: number): Promise<number> {
  const load = new KeepAliveLoad(port, 8, REQUEST);
  await sleep(ms);
  const { statuses, lost } = await load.stop();
  expect([lost, [...statuses.keys()]]).toEqual([[], [200]]);
  return statuses.get(200) as number;
}

describe('the page at /status', () => {
  it('shows what happens under load: every call, how long they took, the workers and the error', async () => {
    const host = await diabetes({ WORKER_COUNT: '2' });
    await page.goto(`${host.url}/status`);
    const answered = await loadFor(LOAD_MS, host.port);
    const refused = await host.score('{"data":[["x"]]}');
    const id = refused.headers.get('x-request-id') as string;

    // Each worker says what it has answered, and all together what came.
    await expect
      .poll(async () => {
        const cells = await page.locator('#workers td[data-label=answered]').allInnerTexts();
        return cells.map(number).reduce((sum, count) => sum + count, 0);
      })
      .toBe(answered + 1);
    expect(await page.locator('#workers td[data-label=state]').allInnerTexts()).toEqual(['idle', 'idle']);
    const errors = page.locator('#errors tbody tr');
    await errors.filter({ hasText: id }).waitFor();
    expect(await errors.locator('td').allInnerTexts()).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d$/),
      '400',
      'INPUT_INVALID',
      '/data/0 /data/0/0',
      'POST /score',
      id,
    ]);
    expect(await textOf('#state')).toBe('Ready');
    expect(await textOf('#tile-workers')).toMatch(/2 of 2\s+2 idle/);
    expect(await textOf('#tile-errors')).toMatch(
      /0 %\s+0 of [\d,]+ calls ended in 5xx\s+429: 0 · other 4xx: 1 · left: 0/,
    );
    expect(number((await textOf('#tile-rate .more')).split(' ')[0] as string)).toBe(answered + 1);
    expect(number(/of ([\d,]+) calls/.exec(await textOf('#tile-errors'))?.[1] as string)).toBe(answered + 1);
    for (const name of ['p50', 'p95', 'p99']) expect(await textOf(`#tile-${name}`)).toMatch(/^[\d.]+ ms$/);
    // Eight connections, two workers: others wait, and no more are inside than there are.
    expect(await textOf('#tile-queue-more')).toMatch(/up to [1-9]\d* waiting, [1-9]\d* in flight/);
    const calls = page.getByRole('img', { name: /^Calls per second, the last 10 minutes\. 2xx: [\d.,k]+ now/ });
    expect(await calls.locator('path.ok').getAttribute('d')).toMatch(/^M/);
    expect(await page.locator('#schema').innerText()).toMatch(
      /input data\s+float \[n × 10\]\s+answer\s+float \[n × 1\]/,
    );
    expect(await page.locator('#models').innerText()).toContain('diabetes.onnx');

    expectNothingLeft(host.url);
    expect(complaints).toEqual([]);
  });

  it('shows the figures of a moment that is pointed at, and all of them as a table', async () => {
    const host = await diabetes();
    await page.goto(`${host.url}/status`);
    await loadFor(5500, host.port);
    await expect.poll(() => page.locator('figure path.ok').getAttribute('d')).toMatch(/^M/);
    await page.getByText('The same as a table').click();
    const rows = page.locator('#figures tbody tr');
    await rows.nth(0).waitFor();
    const newest = await rows.nth(0).locator('td').allInnerTexts();
    expect(newest).toHaveLength(await page.locator('#figures th').count());
    const plot = page.getByRole('img', { name: /^Latency/ });
    const box = (await plot.boundingBox()) as { width: number; height: number };
    await plot.hover({ position: { x: box.width - 8, y: box.height / 2 } });
    const shown = page.locator('figure', { hasText: 'Calls per second' }).locator('.plot-time');
    await expect.poll(() => shown.innerText()).toMatch(/^\d\d:\d\d:\d\d – \d\d:\d\d:\d\d$/);
    const times = await rows.locator('td:first-child').allInnerTexts();
    expect(times).toContain((await shown.innerText()).split(' – ')[1]);
    await page.mouse.move(0, 0);
    await expect.poll(() => shown.innerText()).toBe('');
  });

  it('works below the path prefix of a proxy, asks for the key that is demanded, and keeps it in memory alone', async () => {
    const host = await diabetes();
    const guarded = /^\/(?:score|swagger\.json|status\/events)/;
    const { server, url } = await startProxy({ hostPort: host.port, prefix: '/some/service', key: 'secret', guarded });
    servers.push(server);
    await page.goto(`${url}/status/`);
    await page.getByLabel('This service asks for a key.').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByLabel('The key was refused. Try another one.').fill('secret');
    await page.getByRole('button', { name: 'Use key' }).click();
    await expect.poll(() => textOf('#state')).toBe('Ready');
    await page.locator('#schema', { hasText: 'float' }).waitFor();
    expect(await page.locator('#key-form').isVisible()).toBe(false);
    expect(await page.evaluate("[...document.querySelectorAll('.links a')].map(({ href }) => href)")).toEqual([
      `${url}/docs/`,
      `${url}/swagger.json?version=3.1`,
    ]);
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')).toBe('[{},{},""]');
    expect(requested.filter((address) => address.includes('secret'))).toEqual([]);
    expectNothingLeft(url);
    // Chromium itself says that of each 401.
    expect(complaints.filter((text) => !text.includes('status of 401'))).toEqual([]);
    await page.reload();
    await page.locator('#key').waitFor({ state: 'visible' });
    expect(await page.locator('#content').isVisible()).toBe(false);
  });

  it('says that the host has gone, and goes on with the next one', async () => {
    const port = String(await freePort());
    const first = await start({ entry: `${root}entry-scripts/diabetes`, args: ['--port', port] });
    await page.goto(`${first.url}/status`);
    await expect.poll(() => textOf('#state')).toBe('Ready');
    await first.stop();
    await expect.poll(() => textOf('#state')).toBe('No contact');
    expect(await textOf('#reason')).toMatch(/trying again\. What is shown is of \d\d:\d\d:\d\d UTC\.$/);
    expect(await page.title()).toMatch(/^No contact · /);
    const second = await start({ entry: `${root}entry-scripts/diabetes`, args: ['--port', port] });
    await expect.poll(() => textOf('#state'), { timeout: 10_000 }).toBe('Ready');
    expect(await textOf('#front')).toContain(`pid ${second.child.pid}`);
  });

  it('says that the service is starting, and why', async () => {
    const entry = temporaryFolder({
      'score.ts':
        'export const init = () => new Promise((resolve) => setTimeout(resolve, 3000));\nexport const run = (x: string) => x;\n',
    });
    const slow = await start({ entry, untilReady: false });
    await page.goto(`${slow.url}/status`);
    await expect.poll(() => textOf('#state')).toBe('Starting');
    expect(await textOf('#reason')).toBe('starting: 0 of 1 workers ready');
    await expect.poll(() => textOf('#state'), { timeout: 10_000 }).toBe('Ready');
    await expect.poll(() => textOf('#schema')).toContain('body');
  });

  it('fits a phone in the dark, where tables are cards that are still tables', async () => {
    const host = await diabetes();
    await host.score('{"data":[["x"]]}');
    const phone = await browser.newPage({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    try {
      await phone.goto(`${host.url}/status`);
      const errors = phone.getByRole('table', { name: 'Last errors' });
      await errors.getByRole('cell', { name: 'INPUT_INVALID' }).waitFor();
      expect(await errors.getByRole('columnheader').count()).toBe(6);
      expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(360);
      expect(await phone.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(14, 19, 27)');
    } finally {
      await phone.close();
    }
  });
});

/** What callers send: most of it good, some wrong, some that `run` fails on; more and less of it, and too much at times. */
async function manyCallers(host: HostProcess, ms: number): Promise<void> {
  const startedAt = Date.now();
  const bodyWith = (first: number | string) => JSON.stringify({ data: [[first, 9, 8, 7, 6, 5, 4, 3, 2, 1]] });
  const callers = Array.from({ length: 40 }, async (_, caller) => {
    for (let at = 0; at < ms; at = Date.now() - startedAt) {
      const active = 10 + 6 * Math.sin(at / 60_000) + (at % 240_000 > 225_000 ? 28 : 0);
      await sleep(caller < active ? 20 + 60 * Math.random() : 200);
      if (caller >= active) continue;
      const chance = Math.random();
      const body = bodyWith(chance < 0.0005 ? -1 : chance < 0.002 ? 'ten' : 10);
      const reply = await host.score(body).catch(() => undefined);
      await reply?.arrayBuffer();
    }
  });
  await Promise.all(callers);
}

it.runIf(process.env.STATUS_IMAGE)('has its picture taken', { timeout: IMAGE_LOAD_MS + 60_000 }, async () => {
  const entry = temporaryFolder({
    'score.ts': `import { batch, inputSchema, loadModel, type Model, NumpyParameterType, outputSchema, type Tensor } from 'scorehost';
let model: Model;
export async function init() {
  model = await loadModel('${root}entry-scripts/diabetes/diabetes.onnx');
}
const input = inputSchema('data', new NumpyParameterType([[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]]));
const output = outputSchema(new NumpyParameterType([[3726.995]]));
export const run = batch({ maxSize: 32 })(input(output(async (data: Tensor) => {
  if ((data.data as Float32Array).includes(-1)) throw new RangeError('no such patient');
  return (await model.run({ data })).prediction;
})));
`,
  });
  const env = { WORKER_COUNT: '2', SCOREHOST_MAX_CONCURRENT_REQUESTS: '24', SERVICE_NAME: 'diabetes' };
  const host = await start({ entry, env });
  await page.goto(`${host.url}/status`);
  const load = manyCallers(host, IMAGE_LOAD_MS);
  await sleep(IMAGE_LOAD_MS - 6000);
  await page.screenshot({ path: `${root}docs/images/status-page.png`, fullPage: true });
  await load;
});
