import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { csvRecords, events, filesIn } from '../support/collected.js';
import { curl } from '../support/curl.js';
import { HostProcess } from '../support/host-process.js';
import { blocksOf } from '../support/markdown.js';
import { writerPid } from '../support/processes.js';
import { Scrape } from '../support/scrape.js';
import { CONNECTION, storagePackageFiles } from '../support/storage-package.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const collecting = fileURLToPath(new URL('../fixtures/entries/collecting.ts', import.meta.url));
const digits = fileURLToPath(new URL('../../entry-scripts/diabetes/diabetes.onnx', import.meta.url));

let host: HostProcess;
afterEach(() => host?.stop());

function start(folder: string, env: Record<string, string> = {}, entry = collecting): Promise<HostProcess> {
  return HostProcess.start({
    entry,
    env: { AML_MODEL_DC_STORAGE_ENABLED: 'true', SCOREHOST_COLLECT_FOLDER: folder, ...env },
  });
}

const newFolder = () => join(temporaryFolder(), 'collected');

/** One call, on a connection of its own: a host that ends waits for none that is kept. */
function score(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return host.score(body, { 'content-type': 'application/json', connection: 'close', ...headers });
}

/** Calls with these ids, all at once; their inputs are the number of each. */
async function call(count: number, prefix = 'r'): Promise<void> {
  const replies = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const data = [1, 2].map((right) => [i, right]);
      const headers = { 'x-request-id': `${prefix}-${i}`, 'x-ms-client-request-id': 'c' };
      const response = await score(JSON.stringify({ data }), headers);
      return { status: response.status, body: await response.json() };
    }),
  );
  expect(replies).toEqual(Array.from({ length: count }, (_, i) => ({ status: 200, body: [i + 1, i + 2] })));
}

/** Ends it as an orchestrator does. */
async function terminate(): Promise<void> {
  host.child.kill('SIGTERM');
  expect(await host.exited).toEqual({ code: 0, signal: null });
}

describe('CSV', () => {
  it('has every row of every call, of all workers, and one header across restarts', async () => {
    const folder = newFolder();
    for (const [prefix, workers] of [
      ['a', '2'],
      ['b', '1'],
    ] as const) {
      host = await start(folder, { WORKER_COUNT: workers, SCOREHOST_COLLECT_AUTOMATIC: 'off' });
      await call(40, prefix);
      await terminate();
    }
    const place = 'modeldata/default/default/default/default/sums';
    const inputs = csvRecords(folder, `${place}/default/inputs/`);
    const expected = ['a', 'b'].flatMap((prefix) =>
      Array.from({ length: 40 }, (_, i) => [`${prefix}-${i}:${i},1`, `${prefix}-${i}:${i},2`]).flat(),
    );
    const found = inputs.map((row) => `${row.$aml_request_id}:${row.left},${row.right}`);
    expect(found.sort()).toEqual(expected.sort());
    expect(inputs[0]).toMatchObject({
      $aml_model_name: 'sums',
      $aml_model_version: 'default',
      $client_request_id: 'c',
    });
    const predictions = csvRecords(folder, `${place}/2/predictions/`);
    expect(predictions).toHaveLength(160);
    expect(predictions[0]?.text).toBe('a,"b"\n');
    // What init() collects is of no call, and a name leads nowhere.
    const [, , signals] = filesIn(folder);
    expect(signals).toMatch(/\/sums\/default\/signals\/\d{4}\/\d+\/\d+\/.._.._signals\.csv$/);
    expect(csvRecords(folder, '/signals/')).toHaveLength(3);
    expect(filesIn(folder)).toHaveLength(3);
  });
});

it('the page on data collection shows what is written', async () => {
  const page = readFileSync(new URL('../../docs/data-collection.md', import.meta.url), 'utf8');
  const blocks = blocksOf(page);
  const [module, call, , csv] = blocks.slice(blocks.findIndex(({ text }) => text.startsWith('// score.ts')));
  const folder = newFolder();
  host = await start(folder, {}, temporaryFolder({ 'score.ts': module?.text ?? '' }));
  await curl(host, `${call?.text.trim()} -H 'connection: close'`);
  await terminate();
  const [path = ''] = filesIn(folder).filter((name) => name.includes('/inputs/'));
  const shown = csv?.text.replaceAll('2026-03-04T05:06:07.008Z', '…').replaceAll('\n', '\r\n');
  const written = readFileSync(join(folder, path), 'utf8');
  expect(written.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')).toBe(shown);
  expect(page).toContain(path.replace(/\d{4}\/\d+\/\d+/, '2026/3/4'));
});

describe('CloudEvents', () => {
  const env = { SCOREHOST_COLLECT_FORMAT: 'cloudevents' };

  it('are there of requests, answers, and what the entry module collects', async () => {
    const folder = newFolder();
    host = await start(folder, env);
    await call(20);
    await score('{"data": [[-1, 0]]}');
    await score('{"data": "wrong"}');
    await host.fetch('/score?a=1', { headers: { connection: 'close' } });
    await terminate();
    const requests = events(folder, 'modelDataCollector/default/default/request/');
    expect(requests).toHaveLength(23);
    expect(requests.find(({ xrequestid }) => xrequestid === 'r-7')).toMatchObject({
      type: 'azureml.inference.request',
      method: 'POST',
      path: '/score',
      clientrequestid: 'c',
      data: {
        data: [
          [7, 1],
          [7, 2],
        ],
      },
    });
    const responses = events(folder, '/response/');
    expect(responses.find(({ xrequestid }) => xrequestid === 'r-7')).toMatchObject({ status: 200, data: [8, 9] });
    expect(responses).toHaveLength(21); // what the host refuses is no answer of the model
    const inputs = events(folder, '/model_inputs/');
    expect(inputs).toHaveLength(21);
    expect(inputs.find(({ xrequestid }) => xrequestid === 'r-7')?.data).toEqual([
      { left: 7, right: 1 },
      { left: 7, right: 2 },
    ]);
    expect(events(folder, '/model_outputs/').find(({ xrequestid }) => xrequestid === 'r-7')?.data).toMatchObject([
      { sum: 8 },
      { sum: 9 },
    ]);
    expect(host.logs.filter(({ msg }) => /this cannot be collected: bytes/.test(String(msg)))).toHaveLength(1);
    await host.untilOutput(/records that were dropped: 1 \(unusable 1\)/);
  });

  it('are there of the calls that are sampled, whole', async () => {
    const folder = newFolder();
    const config = join(temporaryFolder(), 'mdc.json');
    const half = { enabled: true, sampling_percentage: 50 };
    const collections = { model_inputs: half, request: half, response: { enabled: true, sampling_percentage: 100 } };
    writeFileSync(config, JSON.stringify({ collections, captureHeaders: ['X-Tenant', 'Authorization'] }));
    host = await start(folder, { ...env, AZUREML_MDC_CONFIG_PATH: config });
    await call(60);
    const headers = { 'x-tenant': 'acme', authorization: 'Bearer secret' };
    for (let i = 0; i < 10; i++) await score('{"data": [[1, 2]]}', headers);
    await terminate();
    const idsOf = (part: string) =>
      events(folder, part)
        .map(({ xrequestid }) => String(xrequestid))
        .sort();
    expect(idsOf('/model_inputs/')).toEqual(idsOf('/request/'));
    expect(idsOf('/request/').length).toBeGreaterThan(10);
    expect(idsOf('/request/').length).toBeLessThan(60);
    expect(idsOf('/response/')).toHaveLength(70);
    expect(filesIn(folder).some((path) => path.includes('model_outputs'))).toBe(false);
    const captured = events(folder, '/request/').filter(({ xtenant }) => xtenant === 'acme');
    expect(captured.length).toBeGreaterThan(0);
    expect(JSON.stringify(captured)).not.toContain('secret');
  });

  it('are there of a model that is served without code, and larger records are not; metrics count both', async () => {
    const folder = newFolder();
    host = await start(folder, { ...env, SCOREHOST_COLLECT_RECORD_BYTES_MAX: '200' }, digits);
    const body = (rows: number) => JSON.stringify({ data: Array(rows).fill(Array(10).fill(0.5)) });
    for (const rows of [1, 6]) expect((await score(body(rows))).status).toBe(200);
    const written = async () => (await Scrape.of(host)).value('scorehost_collected_records_total');
    await expect.poll(written, { timeout: 10_000, interval: 100 }).toBe(3); // two answers, one request
    const scrape = await Scrape.of(host);
    expect(scrape.value('scorehost_collected_records_dropped_total', { reason: 'too_large' })).toBe(1);
    expect(scrape.value('scorehost_collected_records_dropped_total')).toBe(1);
    expect(scrape.value('scorehost_collected_waiting_bytes')).toBe(0);
    await terminate();
    expect(events(folder, '/request/')).toHaveLength(1);
    await host.untilOutput(/dropped: 1 \(too_large 1\)/);
  });
});

describe('a sink that', () => {
  it('never answers keeps no call and no end waiting', async () => {
    const entry = temporaryFolder({
      ...storagePackageFiles,
      'score.ts': `
        import { ModelDataCollector } from 'scorehost';
        console.log('the key is c2VjcmV0LWtleQ==');
        const collector = new ModelDataCollector('echo');
        let written = 0;
        export const run = (body: string) => {
          collector.collect({ toJSON: () => ++written });
          return [written, JSON.parse(body)];
        };`,
    });
    host = await HostProcess.start({
      entry,
      env: {
        AML_MODEL_DC_STORAGE_ENABLED: 'true',
        AML_MODEL_DC_STORAGE: `${CONNECTION};Hang=true`,
        SCOREHOST_COLLECT_BUFFER_BYTES_MAX: '20000',
      },
    });
    const text = 'x'.repeat(1_000);
    const answer = async () => (await (await score(JSON.stringify(text))).json()) as [number, string];
    let written = 0;
    for (let i = 0; i < 50; i++) {
      const [soFar, echoed] = await answer();
      expect(echoed).toBe(text);
      written = soFar;
    }
    expect(written).toBeLessThan(40); // the worker is told that there is no room, and writes no more
    const replies = await Promise.all(Array.from({ length: 50 }, answer));
    expect(replies.map(([, echoed]) => echoed)).toEqual(Array(50).fill(text));
    await host.untilOutput(/records that were dropped: \d+ \(buffer_full \d+\)/);
    await terminate();
    const lines = host.logs.map(({ msg }) => String(msg)).filter((line) => line.includes('that were dropped'));
    const total = lines.reduce((sum, line) => sum + Number(/dropped: (\d+)/.exec(line)?.[1]), 0);
    expect(total).toBe(300); // of requests, answers and by code: none was written
    expect(lines.length).toBeLessThanOrEqual(3);
    expect(lines.at(-1)).toContain('writer_lost');
    expect(host.output).not.toContain('c2VjcmV0');
    expect(host.output).toContain('the key is [redacted]');
  });

  it('cannot be written to is told of at once, and keeps no call waiting', async () => {
    const folder = newFolder();
    writeFileSync(folder, 'a file in its place');
    host = await start(folder);
    await host.untilOutput(/data collection: nothing can be written: EEXIST|ENOTDIR/);
    await call(20);
    await host.untilOutput(/records that were dropped: \d+ \(write_failed \d+\): E/);
    await terminate();
  });

  it('loses its process gets another one, which outlives the host; no call notices', async () => {
    const folder = newFolder();
    host = await start(folder);
    process.kill(writerPid(host) ?? expect.fail(), 'SIGKILL');
    await host.untilOutput(/the process that writes ended \(SIGKILL\); another starts in 1000 ms/);
    await call(5, 'lost');
    await expect.poll(() => writerPid(host), { timeout: 10_000 }).toBeDefined();
    await call(5, 'kept');
    await new Promise((resolve) => setTimeout(resolve, 100)); // on their way for 20 ms
    await host.stop(); // killed: what it has handed over is written all the same
    const ids = () => csvRecords(folder, '/response/').map(({ $aml_request_id: id }) => id);
    await expect
      .poll(() => ids().sort(), { timeout: 10_000 })
      .toEqual(Array.from({ length: 5 }, (_, i) => `kept-${i}`));
  });

  it('needs a package that is not there stops the start, in one line that says how to get it', async () => {
    const { code, errors } = await HostProcess.runToEnd({
      entry: collecting,
      env: { AML_MODEL_DC_STORAGE_ENABLED: 'true', AML_MODEL_DC_STORAGE: CONNECTION },
    });
    expect(code).toBe(3);
    expect(errors).toContain('the package @azure/storage-blob is not installed');
    expect(errors).toMatch(/npm install @azure\/storage-blob/);
    expect(errors).not.toContain('c2VjcmV0');
  });
});

it('without data collection nothing is written, and collect() does nothing', async () => {
  const folder = newFolder();
  host = await start(folder, { AML_MODEL_DC_STORAGE_ENABLED: 'false' });
  await call(5);
  await terminate();
  expect(filesIn(folder)).toEqual([]);
  expect(host.output).not.toContain('data collection');
});
