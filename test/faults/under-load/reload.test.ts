import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { CheckedLoad } from '../../support/checked-load.js';
import { HostProcess } from '../../support/host-process.js';
import type { RawReply } from '../../support/raw-http.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { entry as anyEntry, deathsIn, echoCall, scoreRequest } from './calls.js';
import { inForm, lasting } from './form.js';

const CONNECTIONS = 8;
const RELOADS = inForm(1, 10);
const WORKERS = inForm(1, 2);
const RECYCLE_CALLS = 200;
/** The first one, and those that came after it. */
const WORKERS_SEEN = inForm(2, 40);

let host: HostProcess;
afterEach(() => host.stop());

interface VersionedAnswer {
  readonly id: string;
  readonly version: number;
  readonly pid: number;
}

function moduleOf(version: number): string {
  return `export async function run(id: string) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { id, version: ${version}, pid: process.pid };
  }`;
}

/** The last answers, and the versions of the module that gave them. */
class Versions {
  readonly #latest: VersionedAnswer[] = [];

  answered(answer: VersionedAnswer): void {
    if (this.#latest.push(answer) > 50) this.#latest.shift();
  }

  /** Waits until all workers that answer have this version. */
  async until(version: number): Promise<void> {
    for (;;) {
      const isAll = this.#latest.length === 50 && this.#latest.every((answer) => answer.version === version);
      if (isAll && new Set(this.#latest.map(({ pid }) => pid)).size === WORKERS) return;
      await sleep(5);
    }
  }
}

function versionedCall(index: number, versions: Versions) {
  const id = `call-${index}`;
  const problemOf = ({ status, body }: RawReply) => {
    if (status !== 200) return `${status} ${body}`;
    const answer = JSON.parse(String(body)) as VersionedAnswer;
    versions.answered(answer);
    return answer.id === id ? undefined : `${id} is answered ${body}`;
  };
  return { request: scoreRequest(id), problemOf };
}

describe('SIGHUP to the host', () => {
  it(`loads an edited entry module, and no call fails (reloads: ${RELOADS})`, lasting(RELOADS * 3_000), async () => {
    const folder = temporaryFolder({ 'score.ts': moduleOf(0) });
    host = await HostProcess.start({ entry: folder, env: { WORKER_COUNT: String(WORKERS) } });
    const versions = new Versions();
    const load = new CheckedLoad(host.port, CONNECTIONS, (index) => versionedCall(index, versions));
    const reload = (text: string) => {
      writeFileSync(join(folder, 'score.ts'), text);
      host.child.kill('SIGHUP');
    };
    await versions.until(0);
    for (let version = 1; version < RELOADS; version++) {
      reload(moduleOf(version));
      await versions.until(version);
    }

    // An edit that cannot be loaded is told of, and changes nothing.
    const errors = () => host.logs.filter(({ level }) => level === 'error').length;
    const before = errors();
    reload('export async function run( {');
    await expect.poll(errors, { timeout: 15_000 }).toBeGreaterThan(before);
    await versions.until(RELOADS - 1);
    expect(await host.isReady()).toBe(true);

    reload(moduleOf(RELOADS));
    await versions.until(RELOADS);
    expect(await load.stop()).toEqual([]);
    console.log(`reloads: ${RELOADS}; ${load.answered} calls answered, none failed`);
  });
});

describe(`a worker that is replaced after ${RECYCLE_CALLS} calls`, () => {
  it('hands over without a failed call', lasting(inForm(3_000, 30_000)), async () => {
    const env = { SCOREHOST_RECYCLE_CALLS: String(RECYCLE_CALLS) };
    host = await HostProcess.start({ entry: anyEntry, env });
    const callsOf = new Map<number, number>();
    const load = new CheckedLoad(host.port, CONNECTIONS, (index) =>
      echoCall(`call-${index}`, 'sleep 2', ({ pid, runs }) => callsOf.set(pid, runs)),
    );
    while (callsOf.size < WORKERS_SEEN) await sleep(5);
    expect(await load.stop()).toEqual([]);
    // They went because they were told to, not because they died.
    expect(await deathsIn(host, 0)).toEqual([]);
    console.log(
      `${callsOf.size} workers answered ${load.answered} calls, the last ones ${[...callsOf.values()].slice(-4)}`,
    );
  });
});
