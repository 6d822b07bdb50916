import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Azurite, describeAzurite, packageFolder } from '../support/azurite.js';
import { csvRecords, csvRecordsOf, events, eventsOf, filesIn } from '../support/collected.js';
import { HostProcess } from '../support/host-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Six hosts are started. */
const TIMEOUT_MS = 90_000;

const entry = fileURLToPath(new URL('../fixtures/entries/collecting.ts', import.meta.url));

describeAzurite('Azurite', () => {
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await Azurite.start();
  });
  afterAll(() => azurite?.stop());

  /**
   * Ten calls of two rows each to a host with these settings, which is ended as an orchestrator does it.
   *
   * @param lines - What the last call comes to.
   * @param container - Where its blobs come to lie: a machine that has much to do takes longer than the end of a host may.
   */
  async function collect(env: Record<string, string>, container?: string, lines = 0): Promise<void> {
    const before = container === undefined ? 0 : await linesIn(container);
    const host = await HostProcess.start({
      entry,
      env: { AML_APP_ROOT: packageFolder, AML_MODEL_DC_STORAGE_ENABLED: 'true', WORKER_COUNT: '2', ...env },
    });
    try {
      for (let i = 0; i < 10; i++) {
        const headers = { 'content-type': 'application/json', 'x-request-id': `r-${i}`, connection: 'close' };
        const data = [1, 2].map((right) => [i, right]);
        expect((await host.score(JSON.stringify({ data }), headers)).status).toBe(200);
      }
      if (container !== undefined) {
        await expect.poll(() => linesIn(container), { timeout: 30_000 }).toBeGreaterThanOrEqual(before + lines);
      }
      host.child.kill('SIGTERM');
      expect(await host.exited).toEqual({ code: 0, signal: null });
      expect(host.output).not.toContain('Eby8vdM02');
      expect(host.output).not.toContain('dropped');
    } finally {
      await host.stop();
    }
  }

  /** Lines of the last of the ten calls. */
  async function linesIn(container: string): Promise<number> {
    const blobs = await azurite.blobs(container).catch(() => new Map<string, Buffer>()); // there is none before the first
    return [...blobs.values()].flatMap((bytes) => bytes.toString().split('\n')).filter((line) => line.includes('r-9'))
      .length;
  }

  /** What differs from one run to the next. */
  const withoutTimes = (records: readonly Record<string, unknown>[]) =>
    records
      .map(({ $aml_dc_scoring_timestamp, $aml_dc_correlation_id, id, time, correlationid, ...rest }) =>
        JSON.stringify(rest),
      )
      .sort();

  it(
    'holds the same CSV as a folder does, also when a second host goes on with the blobs of the first',
    async () => {
      const folder = join(temporaryFolder(), 'collected');
      const connection = join(temporaryFolder(), 'connection');
      writeFileSync(connection, `${azurite.connectionString}\n`);
      for (const _ of [1, 2]) {
        await collect({ SCOREHOST_COLLECT_FOLDER: folder });
        await collect({ AML_MODEL_DC_STORAGE_FILE: connection }, 'modeldata', 6);
      }
      const blobs = await azurite.blobs('modeldata');
      expect([...blobs.keys()].map((name) => `modeldata/${name}`).sort()).toEqual(filesIn(folder));
      for (const [name, bytes] of blobs) {
        const records = csvRecordsOf(bytes);
        expect(records.length, name).toBeGreaterThan(0);
        expect(withoutTimes(records)).toEqual(withoutTimes(csvRecords(folder, name)));
      }
      expect(
        csvRecordsOf(blobs.get([...blobs.keys()].find((name) => name.includes('/inputs/')) as string)!),
      ).toHaveLength(40);
    },
    TIMEOUT_MS,
  );

  it(
    'holds the same events as a folder does',
    async () => {
      const folder = join(temporaryFolder(), 'collected');
      const format = { SCOREHOST_COLLECT_FORMAT: 'cloudevents', SCOREHOST_COLLECT_CONTAINER: 'events' };
      await collect({ ...format, SCOREHOST_COLLECT_FOLDER: folder });
      await collect({ ...format, AML_MODEL_DC_STORAGE: azurite.connectionString }, 'events', 4);
      const blobs = await azurite.blobs('events');
      // The hour may have passed between the two.
      const collections = (names: readonly string[]) => [...new Set(names.map((name) => name.split('/')[3]))].sort();
      expect(collections([...blobs.keys()])).toEqual(collections(filesIn(folder)));
      for (const collection of collections([...blobs.keys()])) {
        const found = [...blobs]
          .filter(([name]) => name.includes(`/${collection}/`))
          .flatMap(([, bytes]) => eventsOf(bytes));
        expect(withoutTimes(found)).toEqual(withoutTimes(events(folder, `/${collection}/`)));
      }
    },
    TIMEOUT_MS,
  );
});
