import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type CheckedCall, CheckedLoad } from '../../support/checked-load.js';
import { HostProcess } from '../../support/host-process.js';
import { hasProc, workerPids } from '../../support/processes.js';
import { deathsIn, echoCall, entry, jsonRequest } from './calls.js';
import { inForm, lasting } from './form.js';

const batchedEntry = fileURLToPath(new URL('../../fixtures/entries/batched-poison.ts', import.meta.url));

const ROUNDS = inForm(1, 10);
const DEATHS_MAX = 2;
/** As many as fit into the batches of both workers. */
const CONNECTIONS = 32;
/** While one worker after the other dies, the rest wait: how long is not what is tested here. */
const env = { WORKER_COUNT: '2', SCOREHOST_MAX_QUEUE_WAIT_MS: '60000' };

const SIGABRT = 'worker was ended by SIGABRT';

let host: HostProcess;
afterEach(() => host.stop());

async function poison(body: string): Promise<void> {
  const response = await host.score(body);
  expect(response.status).toBe(502);
  const message = `The worker process died while it ran the call (${DEATHS_MAX} of ${DEATHS_MAX} tries).`;
  expect(await response.json()).toMatchObject({ code: 'WORKER_LOST', message });
}

/** Sends the poisoned calls of each round at once, among innocent ones. */
async function poisonAmong(poisoned: readonly string[], innocent: (index: number) => CheckedCall): Promise<void> {
  const load = new CheckedLoad(host.port, CONNECTIONS, innocent);
  for (let round = 0; round < ROUNDS; round++) await Promise.all(poisoned.map(poison));
  expect(await load.stop()).toEqual([]);
  console.log(`${poisoned.join(', ')}, ${ROUNDS} times: 502, and ${load.answered} others answered`);
}

describe('calls that kill every worker they meet', () => {
  it('are 502 at the second death, and all others are answered', lasting(ROUNDS * 6_000), async () => {
    // A small heap is full sooner.
    host = await HostProcess.start({ entry, env: { ...env, NODE_OPTIONS: '--max-old-space-size=64' } });
    // A heap that is full, a socket pair that user code closes, native code that aborts.
    const endings = {
      'x memory': SIGABRT,
      'x close-pair': 'worker exited with code 0',
      ...inForm({}, { 'x abort': SIGABRT }),
    };
    await poisonAmong(Object.keys(endings), (index) => echoCall(`call-${index}`, 'sleep 5'));
    const deaths = Object.values(endings).flatMap((ending) => new Array<string>(DEATHS_MAX * ROUNDS).fill(ending));
    // The reason is told where the worker's last lines are read before its end is known, which is up to the kernel.
    const found = (await deathsIn(host, deaths.length)).map((death) => death.replace(/:.*/, ''));
    expect(found.sort()).toEqual(deaths.sort());
    if (hasProc) await expect.poll(() => workerPids(host).length).toBe(2);
  });

  it('are found out where they are stacked with others: these are all answered', lasting(ROUNDS * 5_000), async () => {
    host = await HostProcess.start({ entry: batchedEntry, env });
    const poisoned = ['{"id":[[-1]]}', '{"id":[[2],[-1]]}'];
    await poisonAmong(poisoned, (id) => ({
      request: jsonRequest(`{"id":[[${id}]]}`),
      problemOf: ({ status, body }) => (status === 200 && `${body}` === `[[${id}]]` ? undefined : `${status} ${body}`),
    }));
    // Two of them may meet in one batch, and die their first death together.
    const deathsMax = DEATHS_MAX * poisoned.length * ROUNDS;
    expect((await deathsIn(host, DEATHS_MAX)).length).toBeLessThanOrEqual(deathsMax);
  });
});
