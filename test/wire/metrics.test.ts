import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dashboardQueries } from '../support/dashboard.js';
import { type HostOptions, HostProcess } from '../support/host-process.js';
import { rawExchange } from '../support/raw-http.js';
import { Scrape } from '../support/scrape.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let host: HostProcess;

const PHASES = ['receive', 'queue', 'transfer', 'decode', 'batch', 'run', 'encode', 'return', 'send'];

/** A run that sleeps, throws, ends its process or counts, as it is told. */
const SOURCE = `
import { metrics, batch, inputSchema, NumpyParameterType } from 'scorehost';
const orders = metrics.counter({ name: 'orders_total', help: 'Orders by what they were.', labelNames: ['kind'] });
const plain = metrics.counter({ name: 'plain_total', help: 'Calls that count.' });
const depth = metrics.gauge({ name: 'depth', help: 'What was said last.' });
const most = metrics.gauge({ name: 'most', help: 'The largest of all workers.', aggregate: 'max', labelNames: ['of'] });
const sizes = metrics.histogram({ name: 'size_bytes', help: 'How large.', buckets: [1, 10, 100] });
export function init() { metrics.counter({ name: 'inits_total', help: 'Workers that have begun.' }).inc(); }
export async function run(body) {
  const { ms = 0, fail, exit, count, value, set, series = 0 } = JSON.parse(body);
  if (ms) await new Promise((resolve) => setTimeout(resolve, ms));
  if (fail) throw new Error('no');
  if (exit) process.exit(1);
  if (count) { orders.inc({ kind: count }); plain.inc(); plain.inc(2); sizes.observe(value); }
  if (set !== undefined) { depth.set(set); most.set({ of: 'a "b"\\n' }, set); }
  for (let i = 0; i < series; i++) orders.inc({ kind: 'k' + i });
  return 'done';
}`;

const start = async (options: HostOptions = {}) => {
  host = await HostProcess.start({ entry: temporaryFolder({ 'score.js': SOURCE }), ...options });
};
const call = (body: object = {}) => host.score(JSON.stringify(body));
const status = async (body: object = {}) => (await call(body)).status;

describe('a host by itself', () => {
  beforeAll(() => start());
  afterAll(() => host.stop());

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

describe('hosts of their own', () => {
  afterEach(() => host.stop());

  describe('a scrape after a known load', () => {
    it('counts every call once, whatever became of it', async () => {
      await start({
        env: { SCORING_TIMEOUT_MS: '3000', SCOREHOST_MAX_CONCURRENT_REQUESTS: '2', SCOREHOST_RETRY: 'off' },
      });
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

    it('tells of workers: their states, their memory, and how they died', async () => {
      await start({ args: ['--worker_count', '2'], env: { SCOREHOST_RETRY: 'off' } });
      const long = call({ ms: 700 });
      while ((await Scrape.of(host)).value('scorehost_calls_in_flight') !== 1) await sleep(10);
      const busy = await Scrape.of(host);
      expect(busy.value('scorehost_workers', { state: 'busy' })).toBe(1);
      expect(busy.value('scorehost_workers')).toBe(2);
      expect(busy.value('scorehost_calls_in_flight')).toBe(1);
      expect(busy.value('scorehost_ready')).toBe(1);
      await long;
      expect(await status({ exit: true })).toBe(502);
      await host.untilLog(({ msg }) => String(msg).startsWith('worker exited'));
      expect(await status()).toBe(200);
      const scrape = await Scrape.of(host);
      expect(scrape.value('scorehost_worker_deaths_total', { cause: 'exit' })).toBe(1);
      expect(scrape.value('scorehost_worker_deaths_total')).toBe(1);
      const resident = (process: string) => scrape.value('scorehost_resident_memory_bytes', { process }) ?? 0;
      expect(resident('front')).toBeGreaterThan(10_000_000);
      expect(Math.max(resident('worker 1'), resident('worker 2'))).toBeGreaterThan(10_000_000);
      expect(scrape.value('scorehost_event_loop_delay_seconds', { percentile: '50' })).toBeLessThan(1);
      expect(scrape.value('scorehost_cpu_seconds_total')).toBeGreaterThan(0);
    });
  });

  it('tells replies that broke off, and successors that could not load', async () => {
    const source = (init: string) => `
    export function init() { ${init} }
    export async function* run() { yield 'one'; throw new Error('two'); }`;
    const entry = temporaryFolder({ 'score.js': source('') });
    host = await HostProcess.start({ entry });
    await expect(call().then((reply) => reply.text())).rejects.toThrow();
    writeFileSync(`${entry}/score.js`, source("throw new Error('no')"));
    host.child.kill('SIGHUP');
    await host.untilLog(({ msg }) => /^worker not replaced/.test(String(msg)));
    const scrape = await Scrape.of(host);
    expect(scrape.value('scorehost_replies_cut_total')).toBe(1);
    expect(scrape.value('scorehost_worker_deaths_total', { cause: 'load' })).toBe(1);
    expect(scrape.value('scorehost_worker_deaths_total')).toBe(1);
    expect(scrape.value('scorehost_worker_replacements_total', { cause: 'reload', result: 'failed' })).toBe(1);
  });

  describe('metrics of the entry module', () => {
    it('are of all workers together, and there when the answer is', async () => {
      await start({ args: ['--worker_count', '2'] });
      expect((await Scrape.of(host)).value('inits_total')).toBe(2);
      const values = [0.5, 5, 50, 500];
      for (let i = 0; i < 40; i++) await status({ count: i % 2 ? 'odd' : 'even', value: values[i % 4], set: i });
      const scrape = await Scrape.of(host);
      expect(scrape.value('orders_total', { kind: 'odd' })).toBe(20);
      expect(scrape.value('orders_total', { kind: 'even' })).toBe(20);
      expect(scrape.value('plain_total')).toBe(120);
      expect(scrape.value('size_bytes_bucket', { le: '10' })).toBe(20);
      expect(scrape.value('size_bytes_count')).toBe(40);
      expect(scrape.value('size_bytes_sum')).toBe(5_555);
      expect(scrape.value('most', { of: 'a "b"\n' })).toBe(39);
    });

    it('keep what a worker counted that has died, but not what it was', async () => {
      await start({ env: { SCOREHOST_RETRY: 'off' } });
      await status({ count: 'one', value: 1, set: 7 });
      expect((await Scrape.of(host)).value('depth')).toBe(7);
      await status({ exit: true });
      await host.untilLog(({ msg }) => String(msg).startsWith('worker exited'));
      expect(await status({ count: 'one', value: 1 })).toBe(200);
      const scrape = await Scrape.of(host);
      expect(scrape.value('orders_total', { kind: 'one' })).toBe(2);
      expect(scrape.value('depth')).toBeUndefined();
    });
  });

  it('counts what data collection has written, and what it has dropped', async () => {
    const env = {
      AML_MODEL_DC_STORAGE_ENABLED: 'true',
      SCOREHOST_COLLECT_FOLDER: temporaryFolder(),
      SCOREHOST_COLLECT_RECORD_BYTES_MAX: '1024',
    };
    await start({ env });
    await status();
    await host.score(JSON.stringify({ long: 'x'.repeat(2_000) }));
    const written = async () => (await Scrape.of(host)).value('scorehost_collected_records_total');
    while ((await written()) !== 3) await sleep(100); // two answers, one request
    const scrape = await Scrape.of(host);
    expect(scrape.value('scorehost_collected_records_dropped_total', { reason: 'too_large' })).toBe(1);
    expect(scrape.value('scorehost_collected_records_dropped_total')).toBe(1);
    expect(scrape.value('scorehost_collected_waiting_bytes')).toBe(0);
  });

  it('is on a port of its own, and there alone, where one is set', async () => {
    await start({ env: { SCOREHOST_METRICS_PORT: '0' } });
    const { msg } = await host.untilLog((line) => String(line.msg).startsWith('listening for scrapes on'));
    const url = /http:\S+/.exec(String(msg))?.[0] as string;
    expect((await Scrape.of(host, url)).value('scorehost_ready')).toBe(1);
    for (const path of ['/score', '/', '/docs/', '/swagger.json']) {
      expect((await fetch(new URL(path, url))).status, path).toBe(404);
    }
    expect((await host.fetch('/metrics')).status).toBe(404);
  });
});
