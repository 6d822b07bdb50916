import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardQueries } from '../support/dashboard.js';
import { freePort } from '../support/free-port.js';
import { HostProcess } from '../support/host-process.js';
import { KeepAliveLoad } from '../support/keep-alive-load.js';
import { Scrape } from '../support/scrape.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** How long Prometheus scrapes a host under load, once a second. */
const SECONDS = Number(process.env.PROMETHEUS_SECONDS ?? 60);
const ENTRY = fileURLToPath(new URL('../../entry-scripts/diabetes', import.meta.url));
const BODY = '{"data": [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]]}';
const REQUEST = `POST /score HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;
/** Queries about what this machine, or this load, has none of. */
const MAY_BE_EMPTY = /memory_(?:limit|used)_bytes|oom_kills|worker_replacements|errors_total|collected_/;

let host: HostProcess;
let prometheus: ChildProcess;
let prometheusUrl: string;

beforeAll(async () => {
  host = await HostProcess.start({ entry: ENTRY });
  const port = await freePort();
  prometheusUrl = `http://127.0.0.1:${port}`;
  const targets = `scrape_configs:\n  - job_name: scorehost\n    scrape_interval: 1s\n    static_configs: [{ targets: ["127.0.0.1:${host.port}"] }]\n`;
  const folder = temporaryFolder({ 'prometheus.yml': targets });
  prometheus = spawn(
    'prometheus',
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
});

afterAll(async () => {
  prometheus?.kill();
  await host?.stop();
});

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

async function query(expr: string): Promise<Answer> {
  const response = await fetch(`${prometheusUrl}/api/v1/query?${new URLSearchParams({ query: expr })}`);
  return (await response.json()) as Answer;
}

describe('what Prometheus makes of the metrics', () => {
  it('promtool finds nothing to complain of', async () => {
    expect((await host.score(BODY)).status).toBe(200);
    const { text } = await Scrape.of(host);
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it(`has after ${SECONDS} s of scrapes under load what was called, and an answer to each query of the dashboard`, async () => {
    const load = new KeepAliveLoad(host.port, 4, REQUEST);
    await sleep(SECONDS * 1_000);
    const { statuses, lost } = await load.stop();
    expect(lost).toEqual([]);
    expect([...statuses.keys()]).toEqual([200]);
    await sleep(2_500); // a scrape more
    const calls = await query('scorehost_requests_total{route="score",status="2xx"}');
    expect(Number(calls.data.result[0]?.value[1])).toBe((statuses.get(200) ?? 0) + 1);
    const missed = await query(`sum_over_time((up == bool 0)[${SECONDS}s:1s])`);
    expect(Number(missed.data.result[0]?.value[1])).toBe(0);
    for (const { panel, expr } of dashboardQueries('30s')) {
      const { status, error, data } = await query(expr);
      expect({ panel, expr, status, error }).toMatchObject({ status: 'success' });
      if (!MAY_BE_EMPTY.test(expr)) expect(data.result.length, `${panel}: ${expr}`).toBeGreaterThan(0);
    }
  });
});
