import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckedLoad } from '../../support/checked-load.js';
import { HostProcess, isAlive } from '../../support/host-process.js';
import { hasProc, workerPids } from '../../support/processes.js';
import type { RawReply } from '../../support/raw-http.js';
import { StrictConnection } from '../../support/strict-connection.js';
import { type Answer, echoCall, scoreRequest } from './calls.js';
import { inForm, lasting } from './form.js';

const entry = fileURLToPath(new URL('../../fixtures/entries/endless.ts', import.meta.url));

const ROUNDS = inForm(1, 20);
/** Among other tests the machine may have no time for this one; a host that is late is late in every try. */
const retry = inForm(2, 0);
const DEADLINE_MS = 600;
/** A worker that has not come back so long after the deadline is killed. */
const KILL_GRACE_MS = 250;
// Promises of the host: no test may loosen them.
const ANSWER_OVERSHOOT_MS_MAX = 50;
const RECOVERY_MS_MAX = 1_000;
const IDLE_NOTICE_MS_MAX = 1_000;
/** When the timer of the entry module comes. */
const TIMER_MS = 50;

let host: HostProcess;
/** How long a start takes on this machine at this time. */
let startMs: number;
beforeAll(async () => {
  const env = { WORKER_COUNT: '2', SCORING_TIMEOUT_MS: String(DEADLINE_MS) };
  const startedAt = performance.now();
  host = await HostProcess.start({ entry, env });
  startMs = performance.now() - startedAt;
});
afterAll(() => host.stop());

/** When each worker answered first, and how long its init() took. */
class Workers {
  readonly firstAnswers = new Map<number, { readonly atMs: number; readonly initMs: number }>();

  answered({ pid, initMs }: Answer & { initMs: number }): void {
    if (!this.firstAnswers.has(pid)) this.firstAnswers.set(pid, { atMs: performance.now(), initMs });
  }

  async until(count: number): Promise<void> {
    while (this.firstAnswers.size < count) await sleep(1);
  }
}

async function timed(where: string): Promise<{ reply: RawReply; sentAtMs: number; ms: number }> {
  const connection = await StrictConnection.open(host.port);
  const sentAtMs = performance.now();
  const reply = await connection.call(scoreRequest(`endless ${where}`));
  const ms = performance.now() - sentAtMs;
  connection.close();
  return { reply, sentAtMs, ms };
}

describe.each(['javascript', 'native'])('a run in %s without an end', (where) => {
  it('is answered at its deadline, and its worker replaced', { ...lasting(ROUNDS * 2_500), retry }, async () => {
    const workers = new Workers();
    // Two at a time, so that both workers are called.
    const load = new CheckedLoad(host.port, 2, (index) =>
      echoCall(`${where}-${index}`, '', (answer) => workers.answered(answer as Parameters<Workers['answered']>[0])),
    );
    await workers.until(2);
    const overshoots: number[] = [];
    const recoveries: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const known = workers.firstAnswers.size;
      const { reply, sentAtMs, ms } = await timed(where);
      expect(reply.status).toBe(504);
      overshoots.push(ms - DEADLINE_MS);
      await workers.until(known + 1);
      const { atMs, initMs } = [...workers.firstAnswers.values()].at(-1)!;
      // Among other tests a worker starts as slowly as the host did.
      recoveries.push(atMs - sentAtMs - DEADLINE_MS - KILL_GRACE_MS - inForm(startMs, initMs));
    }
    expect(await load.stop()).toEqual([]);
    const inMs = (values: number[]) => `${values.map((value) => value.toFixed(1)).join(', ')} ms`;
    console.log(`${where}: the 504 came ${inMs(overshoots)} behind the deadline; ${load.answered} others answered`);
    console.log(`${where}: the new worker answered ${inMs(recoveries)} behind the kill, its start taken off`);
    expect(Math.min(...overshoots)).toBeGreaterThan(-1);
    expect(Math.max(...overshoots)).toBeLessThanOrEqual(ANSWER_OVERSHOOT_MS_MAX);
    expect(Math.max(...recoveries)).toBeLessThanOrEqual(RECOVERY_MS_MAX);
  });
});

describe('a timer without an end', () => {
  it('ends the worker that has nothing else to do, and the log says why', { ...lasting(5_000), retry }, async () => {
    const { pid } = (await (await host.score('last timer')).json()) as Answer;
    const answeredAtMs = performance.now();
    while (isAlive(pid)) await sleep(5);
    const ms = performance.now() - answeredAtMs - TIMER_MS;
    console.log(`timer: the worker was gone after ${ms.toFixed(0)} ms, the limit of a run being ${DEADLINE_MS} ms`);
    await host.untilLog(({ msg, worker }) => worker === pid && /killed: it has nothing to do/.test(String(msg)));
    expect((await host.score('next')).status).toBe(200);
    expect(ms).toBeLessThanOrEqual(DEADLINE_MS + KILL_GRACE_MS + IDLE_NOTICE_MS_MAX);
    if (hasProc) await expect.poll(() => workerPids(host).length).toBe(2);
  });
});
