import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardQueries } from '../support/dashboard.js';
import { type HostOptions, HostProcess } from '../support/host-process.js';
import { rawExchange } from '../support/raw-http.js';
import { Scrape } from '../support/scrape.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let host: HostProcess;

const PHASES = ['receive', 'queue', 'transfer', 'decode', 'batch', 'run', 'encode', 'return', 'send'];

/** A run that sleeps, throws, breaks off its reply, ends its process or counts, as it is told. */
const SOURCE = `
import { metrics, batch, inputSchema, NumpyParameterType } from 'scorehost';
const orders = metrics.counter({ name: 'orders_total', help: 'Orders by what they were.', labelNames: ['kind'] });
const plain = metrics.counter({ name: 'plain_total', help: 'Calls that count.' });
const depth = metrics.gauge({ name: 'depth', help: 'What was said last.' });
const most = metrics.gauge({ name: 'most', help: 'The largest of all workers.', aggregate: 'max', labelNames: ['of'] });
const sizes = metrics.histogram({ name: 'size_bytes', help: 'How large.', buckets: [1, 10, 100] });
export function init() { metrics.counter({ name: 'inits_total', help: 'Workers that have begun.' }).inc(); }
export async function run(body) {
  const { ms = 0, fail, cut, exit, count, value, set, series = 0 } = JSON.parse(body);
  if (ms) await new Promise((resolve) => setTimeout(resolve, ms));
  if (fail) throw new Error('no');
  if (exit) process.exit(1);
  if (cut) return (async function* () { yield 'one'; throw new Error('two'); })();
  if (count) { orders.inc({ kind: count }); plain.inc(); plain.inc(2); sizes.observe(value); }
  if (set !== undefined) { depth.set(set); most.set({ of: 'a "b"\\n' }, set); }
  for (let i = 0; i < series; i++) orders.inc({ kind: 'k' + i });
  return 'done';
}`;

/** A host for the tests of a `describe`. */
function serve({ entry = temporaryFolder({ 'score.js': SOURCE }), ...options }: HostOptions = {}): void {
  beforeAll(async () => {
    host = await HostProcess.start({ entry, ...options });
  });
  afterAll(() => host.stop());
}

const call = (body: object = {}) => host.score(JSON.stringify(body));
const status = async (body: object = {}) => (await call(body)).status;

describe('a host by itself', () => {
  serve();

  it('has phases that add up to the duration of the calls', async () => {
    for (let i = 0; i < 30; i++) expect(await status({ ms: i % 3 === 0 ? 20 : 0, fail: i === 7 })).toBeLessThan(501);
    const scrape = await Scrape.of(host);
    const whole = scrape.value('scorehost_request_duration_seconds_sum', { route: 'score' }) as number;
    expect(scrape.value('scorehost_phase_duration_seconds_sum')).toBeCloseTo(whole, 6);
    expect(scrape.values('scorehost_phase_duration_seconds_sum', 'phase')).toEqual(PHASES);
    const run = scrape.value('scorehost_phase_duration_seconds_sum', { phase: 'run' }) as number;
    expect(run).toBeGreaterThan(0.19);
    expect(run).toBeLessThan(whole);
  });

  it('bounds what the entry module counts: a label that callers choose fills no memory', async () => {
    await status({ series: 1_500 });
    const scrape = await Scrape.of(host);
    expect(scrape.value('orders_total')).toBe(1_000);
    expect(scrape.value('scorehost_user_metric_values_dropped_total')).toBe(500);
    await host.untilLog(({ msg }) => /^the metric orders_total has too many series/.test(String(msg)));
  });
  const seriesOf = (text: string) => new Set([...text.matchAll(/scorehost_[a-z_]+/g)].map(([name]) => name));
  const base = (series: string) => series.replace(/_(?:bucket|sum|count)$/, '');

  it('has what the documentation tells, all of it and nothing else', async () => {
    const page = readFileSync(fileURLToPath(new URL('../../docs/metrics.md', import.meta.url)), 'utf8');
    const told = [...page.matchAll(/^\| `(scorehost_[a-z_]+)` \| (\w+)/gm)].map(([, name, type]) => `${name} ${type}`);
    const { text } = await Scrape.of(host);
    const scraped = [...text.matchAll(/^# TYPE (scorehost_\S+) (\w+)/gm)].map(([, name, type]) => `${name} ${type}`);
    expect(told.sort()).toEqual(scraped.sort());
  });

  it('has what the dashboard asks for, and nothing else', async () => {
    const { names } = await Scrape.of(host);
    const own = names.filter((name) => name.startsWith('scorehost_'));
    const asked = dashboardQueries().flatMap(({ expr }) => [...seriesOf(expr)]);
    const metric = (series: string) => (own.includes(series) ? series : base(series));
    expect([...new Set(asked.map(metric))].sort()).toEqual(own.sort());
  });
});

describe('a scrape after a known load', () => {
  serve({ env: { SCORING_TIMEOUT_MS: '3000', SCOREHOST_MAX_CONCURRENT_REQUESTS: '2', SCOREHOST_RETRY: 'off' } });

  it('counts every call once, whatever became of it', async () => {
    for (let i = 0; i < 20; i++) expect(await status()).toBe(200);
    for (let i = 0; i < 3; i++) expect(await status({ fail: true })).toBe(500);
    expect((await host.fetch('/nowhere')).status).toBe(404);
    expect((await host.fetch('/score', { method: 'DELETE' })).status).toBe(405);
    expect((await host.fetch('/')).status).toBe(200);
    const two = [call({ ms: 700 }), call({ ms: 700 })];
    while ((await Scrape.of(host)).value('scorehost_calls_in_flight') !== 2) await sleep(10);
    expect(await status()).toBe(429);
    expect((await Promise.all(two)).map((reply) => reply.status)).toEqual([200, 200]);
    const leaving = connect(host.port, '127.0.0.1');
    leaving.write('POST /score HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{"ms":300}');
    while ((await Scrape.of(host)).value('scorehost_calls_in_flight') !== 1) await sleep(10);
    leaving.destroy();
    await rawExchange(host.port, ['NO HTTP\r\n\r\n']);
    while ((await Scrape.of(host)).value('scorehost_calls_in_flight') !== 0) await sleep(10);
    expect(await status({ ms: 30_000 })).toBe(504);

    const scrape = await Scrape.of(host);
    const requests = (route: string, status: string) => scrape.value('scorehost_requests_total', { route, status });
    expect(requests('score', '2xx')).toBe(22);
    expect(requests('score', '4xx')).toBe(2); // 429 and 405
    expect(requests('score', '5xx')).toBe(4);
    expect(requests('score', 'none')).toBe(1);
    expect(requests('none', '4xx')).toBe(1);
    expect(requests('health', '2xx')).toBe(1);
    expect(scrape.value('scorehost_request_duration_seconds_count', { route: 'score' })).toBe(29);
    const error = (code: string) => scrape.value('scorehost_errors_total', { code });
    expect(error('QUEUE_FULL')).toBe(1);
    expect(error('RUN_FAILED')).toBe(3);
    expect(error('DEADLINE_EXCEEDED')).toBe(1);
    expect(error('ROUTE_UNKNOWN')).toBe(1);
    expect(error('METHOD_NOT_ALLOWED')).toBe(1);
    expect(error('REQUEST_MALFORMED')).toBe(1);
    expect(scrape.value('scorehost_client_disconnects_total')).toBe(1);
    expect(scrape.value('scorehost_calls_in_flight')).toBe(0);
    expect(scrape.value('scorehost_queue_calls')).toBe(0);
    expect(scrape.value('scorehost_body_bytes')).toBe(0);
    // Admitted were all but the 429 and the 405.
    for (const phase of PHASES) {
      expect(scrape.value('scorehost_phase_duration_seconds_count', { phase }), phase).toBe(27);
    }
  });
});

describe('two workers, and a port for scrapes alone', () => {
  serve({ args: ['--worker_count', '2'], env: { SCOREHOST_METRICS_PORT: '0' } });

  let url: string;
  beforeAll(async () => {
    const { msg } = await host.untilLog((line) => String(line.msg).startsWith('listening for scrapes on'));
    url = /http:\S+/.exec(String(msg))?.[0] as string;
  });
  const scrapeOf = () => Scrape.of(host, url);

  it('metrics are there, and nothing else is', async () => {
    expect((await scrapeOf()).value('scorehost_ready')).toBe(1);
    for (const path of ['/score', '/', '/docs/', '/swagger.json']) {
      expect((await fetch(new URL(path, url))).status, path).toBe(404);
    }
    expect((await host.fetch('/metrics')).status).toBe(404);
  });

  it('tell what workers do, and of their memory', async () => {
    const long = call({ ms: 700 });
    while ((await scrapeOf()).value('scorehost_calls_in_flight') !== 1) await sleep(10);
    const busy = await scrapeOf();
    expect(busy.value('scorehost_workers', { state: 'busy' })).toBe(1);
    expect(busy.value('scorehost_workers')).toBe(2);
    expect(busy.value('scorehost_calls_in_flight')).toBe(1);
    expect(busy.value('scorehost_ready')).toBe(1);
    await long;
    for (const process of ['front', 'worker 1', 'worker 2']) {
      const resident = async () => (await scrapeOf()).value('scorehost_resident_memory_bytes', { process });
      await expect.poll(resident, { timeout: 10_000, message: process }).toBeGreaterThan(10_000_000);
    }
    const scrape = await scrapeOf();
    expect(scrape.value('scorehost_event_loop_delay_seconds', { percentile: '50' })).toBeLessThan(1);
    expect(scrape.value('scorehost_cpu_seconds_total')).toBeGreaterThan(0);
  });

  it('metrics of the entry module are of all workers together, and there when the answer is', async () => {
    expect((await scrapeOf()).value('inits_total')).toBe(2);
    const values = [0.5, 5, 50, 500];
    for (let i = 0; i < 40; i++) await status({ count: i % 2 ? 'odd' : 'even', value: values[i % 4], set: i });
    const scrape = await scrapeOf();
    expect(scrape.value('orders_total', { kind: 'odd' })).toBe(20);
    expect(scrape.value('orders_total', { kind: 'even' })).toBe(20);
    expect(scrape.value('plain_total')).toBe(120);
    expect(scrape.value('size_bytes_bucket', { le: '10' })).toBe(20);
    expect(scrape.value('size_bytes_count')).toBe(40);
    expect(scrape.value('size_bytes_sum')).toBe(5_555);
    expect(scrape.value('most', { of: 'a "b"\n' })).toBe(39);
  });
});

describe('a host that loses what it had', () => {
  const own = temporaryFolder({ 'score.js': SOURCE });
  serve({ entry: own, env: { SCOREHOST_RETRY: 'off' } });

  const deathsOf = (scrape: Scrape) => scrape.value('scorehost_worker_deaths_total') ?? 0;

  it('tells replies that broke off', async () => {
    await expect(call({ cut: true }).then((reply) => reply.text())).rejects.toThrow();
    expect((await Scrape.of(host)).value('scorehost_replies_cut_total')).toBe(1);
  });

  it('tells how workers died; what they counted is kept, but not what they were', async () => {
    await status({ count: 'one', value: 1, set: 7 });
    const before = await Scrape.of(host);
    expect(before.value('depth')).toBe(7);
    expect(await status({ exit: true })).toBe(502);
    await host.untilLog(({ msg }) => String(msg).startsWith('worker exited'));
    expect(await status({ count: 'one', value: 1 })).toBe(200);
    const scrape = await Scrape.of(host);
    expect(scrape.value('orders_total', { kind: 'one' })).toBe(2);
    expect(scrape.value('depth')).toBeUndefined();
    expect(scrape.value('scorehost_worker_deaths_total', { cause: 'exit' })).toBe(1);
    expect(deathsOf(scrape) - deathsOf(before)).toBe(1);
  });

  it('tells successors that could not load', async () => {
    const before = await Scrape.of(host);
    writeFileSync(`${own}/score.js`, `${SOURCE}\nthrow new Error('no');`);
    host.child.kill('SIGHUP');
    await host.untilLog(({ msg }) => /^worker not replaced/.test(String(msg)));
    writeFileSync(`${own}/score.js`, SOURCE);
    const scrape = await Scrape.of(host);
    expect(scrape.value('scorehost_worker_deaths_total', { cause: 'load' })).toBe(1);
    expect(deathsOf(scrape) - deathsOf(before)).toBe(1);
    expect(scrape.value('scorehost_worker_replacements_total', { cause: 'reload', result: 'failed' })).toBe(1);
  });
});
