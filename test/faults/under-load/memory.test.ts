import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { growthOf } from '../../soak/growth.js';
import { SMALL_HEAP, soak } from '../../soak/soak.js';
import { HostProcess } from '../../support/host-process.js';
import { hasProc } from '../../support/processes.js';

const entry = fileURLToPath(new URL('../../fixtures/entries/soak.ts', import.meta.url));

/** `npm run test:soak` makes a million. */
const CALLS = 1_000;
const SAMPLES = 50;
const MB = 1024 * 1024;
/** With half of the calls: a few of the large bodies that are among them. */
const GROWTH_BYTES_MAX = 8 * MB;

it.skipIf(!hasProc)('mixed calls, good and bad, leave nothing behind in the memory of front and workers', async () => {
  const env = { WORKER_COUNT: '2', NODE_OPTIONS: SMALL_HEAP };
  const host = await HostProcess.start({ entry, env, stdout: openSync('/dev/null', 'w') });
  try {
    const { problems, processes } = await soak(host, { calls: CALLS, samples: SAMPLES });
    expect(problems).toEqual([]);
    const growths = [...processes].map(([name, samples]) => [name, growthOf(samples).bytes] as const);
    const texts = growths.map(([name, bytes]) => `${name} ${(bytes / MB).toFixed(1)} MB`);
    console.log(`${CALLS} calls; growth in the second half: ${texts.join(', ')}`);
    for (const [name, bytes] of growths) expect(bytes, name).toBeLessThan(GROWTH_BYTES_MAX);
  } finally {
    await host.stop();
  }
});
