import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { CheckedLoad } from '../../support/checked-load.js';
import { HostProcess, isAlive } from '../../support/host-process.js';
import { type Answer, deathsIn, echoCall, entry } from './calls.js';
import { inForm, lasting } from './form.js';

const CONNECTIONS = 8;
const KILL_EVERY_MS = inForm(250, 1_000);
/** One in so many calls runs for up to 200 ms. */
const LONG_RUN_EVERY = 50;

let host: HostProcess;
afterEach(() => host.stop());

/**
 * Which workers can be killed without a second death under a call, which would rightly be a 502: those from which three
 * answers came since the last death. One was on its way then, one call was being run; the third is the call that had died,
 * as it waits before all others, or one that came behind it.
 */
class Victims {
  readonly #answers = new Map<number, number>();

  answered({ pid }: Answer): void {
    this.#answers.set(pid, (this.#answers.get(pid) ?? 0) + 1);
  }

  /** Kills one of them, by chance, as soon as there is one. */
  async killOne(): Promise<void> {
    // An answer of one that is dead already may come behind its death.
    while (!this.#ripe().some(isAlive)) await sleep(5);
    const ripe = this.#ripe().filter(isAlive);
    process.kill(ripe[Math.floor(Math.random() * ripe.length)] as number, 'SIGKILL');
    this.#answers.clear();
  }

  #ripe(): number[] {
    return [...this.#answers].filter(([, answers]) => answers >= 3).map(([pid]) => pid);
  }
}

function deed(index: number): string {
  if (index % LONG_RUN_EVERY !== 0) return index % 2 === 0 ? 'sleep 4' : 'nothing';
  return `${index % (2 * LONG_RUN_EVERY) === 0 ? 'sleep' : 'spin'} ${Math.floor(Math.random() * 200)}`;
}

describe.each([
  [2, inForm(1_000, 60_000)],
  [1, inForm(500, 60_000)],
])('kill -9 of one of %i workers, again and again, for %i ms', (workers, ms) => {
  it('fails no call, and each has its own answer, once', lasting(ms), async () => {
    // How long calls wait while one worker after the other dies is not what is tested here.
    const env = { WORKER_COUNT: String(workers), SCOREHOST_MAX_QUEUE_WAIT_MS: '60000' };
    host = await HostProcess.start({ entry, env });
    const victims = new Victims();
    const load = new CheckedLoad(host.port, CONNECTIONS, (index) =>
      echoCall(`call-${index}`, deed(index), (answer) => victims.answered(answer)),
    );
    let kills = 0;
    for (const end = performance.now() + ms; performance.now() < end; kills++) {
      await sleep(KILL_EVERY_MS);
      await victims.killOne();
    }
    expect(await load.stop()).toEqual([]);
    expect(await deathsIn(host, kills)).toEqual(new Array(kills).fill('worker was ended by SIGKILL'));
    console.log(`${workers} workers: ${kills} kills, ${load.answered} calls answered, none failed`);
  });
});
