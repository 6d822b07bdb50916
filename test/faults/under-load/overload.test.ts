import { closeSync, openSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type FloodResult, flood } from '../../support/flood.js';
import { HostProcess } from '../../support/host-process.js';
import { hasProc, privateBytes } from '../../support/processes.js';
import { entry, scoreRequest } from './calls.js';
import { inForm, isLong, lasting } from './form.js';

const RUN_MS = 5;
const OVERLOAD = 10;
const CALLS_MAX = 32;
const MB = 1024 * 1024;
/** Peak and overload take turns: what else is computed on the machine comes and goes. */
const ROUNDS = inForm(1, 5);
const [HEAT_MS, PEAK_MS, OVERLOAD_MS, WARM_UP_MS] = [
  inForm(700, 10_000),
  inForm(500, 2_000),
  inForm(1_200, 6_200),
  200,
];
// Promises of the host: no test may loosen them.
const GOOD_SHARE_MIN = 0.95;
const REFUSAL_MS_MAX = 5;
const MEMORY_BYTES_MAX = 32 * MB;

/** Nobody reads the log: it would cost the time of a test that shares its cores with the host. */
const nowhere = openSync('/dev/null', 'w');
let host: HostProcess;
afterEach(async () => {
  await host.stop();
  closeSync(nowhere);
});

/** The most that the front keeps to itself, until it is stopped. */
class FrontMemory {
  readonly beforeBytes = this.#now();
  #bytesMax = 0;
  readonly #timer = setInterval(() => (this.#bytesMax = Math.max(this.#bytesMax, this.#now())), 200);

  #now(): number {
    return hasProc ? privateBytes(host.child.pid as number) : 0;
  }

  stop(): { readonly beforeBytes: number; readonly bytesMax: number } {
    clearInterval(this.#timer);
    return { beforeBytes: this.beforeBytes, bytesMax: Math.max(this.#bytesMax, this.#now()) };
  }
}

interface Round {
  readonly peak: FloodResult;
  readonly over: FloodResult;
}

const shareOf = ({ peak, over }: Round) => over.goodPerSecond / peak.goodPerSecond;

function report({ peak, over }: Round): string {
  const { good, refused } = over;
  const share = `${(100 * shareOf({ peak, over })).toFixed(1)} %`;
  return [
    `peak ${peak.goodPerSecond.toFixed(1)}/s; with ${OVERLOAD} times as many calls ${over.goodPerSecond.toFixed(1)}/s are good, ${share}`,
    `good p50 ${good.p50.toFixed(1)} p99 ${good.p99.toFixed(1)} ms`,
    `${over.statuses['429']} refused p50 ${refused.p50.toFixed(2)} p99 ${refused.p99.toFixed(2)} max ${refused.max.toFixed(2)} ms`,
  ].join('; ');
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

describe(`${OVERLOAD} times the calls that can be served`, () => {
  const ms = HEAT_MS + ROUNDS * (PEAK_MS + OVERLOAD_MS);
  it('leave those that are taken their throughput, and are refused at once', lasting(ms), async () => {
    const env = { SCOREHOST_MAX_CONCURRENT_REQUESTS: String(CALLS_MAX) };
    host = await HostProcess.start({ entry, env, stdout: nowhere });
    const options = { port: host.port, warmUpMs: WARM_UP_MS, request: scoreRequest(`x spin ${RUN_MS}`) };
    const closed = { ...options, ms: PEAK_MS, callsPerSecond: 0 };
    // Both ways through the host are compiled before anything is measured, and the heap of the front has the size that
    // V8 gives to a busy one: a fresh front grows by 40 MB under any load that lasts, and no further.
    await flood({ ...closed, ms: HEAT_MS, request: scoreRequest('x nothing'), connections: 2 * CALLS_MAX });
    const memory = new FrontMemory();
    const rounds: Round[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const peak = await flood({ ...closed, connections: CALLS_MAX / 2 });
      const callsPerSecond = peak.goodPerSecond * OVERLOAD;
      const over = await flood({ ...options, ms: OVERLOAD_MS, connections: 8 * CALLS_MAX, callsPerSecond });
      rounds.push({ peak, over });
    }
    const { beforeBytes, bytesMax } = memory.stop();
    const front = `front ${(beforeBytes / MB).toFixed(1)} MB before, at most ${(bytesMax / MB).toFixed(1)} MB`;
    console.log([...rounds.map(report), front].join('\n'));

    for (const { peak, over } of rounds) {
      expect(Object.keys(peak.statuses)).toEqual(['200']);
      expect(Object.keys(over.statuses)).toEqual(['200', '429']);
      expect(over).toMatchObject({ lost: 0, withoutRetryAfter: 0 });
    }
    expect(bytesMax - beforeBytes).toBeLessThan(MEMORY_BYTES_MAX);
    // Among other tests there is less of the machine in one second than in the next.
    if (!isLong) return;
    expect(median(rounds.map(shareOf))).toBeGreaterThanOrEqual(GOOD_SHARE_MIN);
    // Client and host share two cores: the median is the host's doing, the tail also that of whoever else computes.
    expect(median(rounds.map(({ over }) => over.refused.p50))).toBeLessThan(REFUSAL_MS_MAX);
  });
});
