import { join } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { entryScriptsFolder } from '../support/entry-scripts.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { Container } from './docker.js';

const image = inject('image');
const app = (folder: string) => ['--volume', `${folder}:/var/azureml-app:ro`];

/** Keeps as many megabytes as it is told, of native memory or of the JavaScript heap. */
const keeper = {
  'score.js': `
    const kept = [];
    export const run = (text) => {
      const [where, megabytes] = text.split(' ');
      for (let i = 0; i < Number(megabytes); i++)
        kept.push(where === 'native' ? Buffer.alloc(2 ** 20, 1) : Array.from({ length: 2 ** 17 }, () => Math.random()));
      return kept.length;
    };`,
};

let container: Container | undefined;
afterEach(() => container?.remove());

describe('limits of the container', () => {
  it('decide on threads, heap and bodies', async () => {
    const options = ['--cpus=1', '--memory=512m', ...app(join(entryScriptsFolder, 'diabetes'))];
    container = await Container.start({ image, options });
    const doctor = await container.exec('scorehost', 'doctor');
    expect(doctor).toMatch(/\n {2}CPUs +1 .*quota is 1\)/);
    expect(doctor).toMatch(/\n {2}workers +1, each computes with 1 thread, which sleep/);
    expect(doctor).toMatch(/\n {2}memory +a limit of 0\.5 GiB/);
    expect(doctor).toMatch(/\n {2}heap +of JavaScript, up to 256 MiB in each worker\n/);
    const workers = await container.exec('sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "');
    expect(workers).toContain('--max-old-space-size=256 /opt/scorehost/dist/runtime/worker/main.js');
  });

  it.each([
    ['a fraction of a CPU', ['--cpus=0.5'], /\n {2}CPUs +0\.5 .*\n {2}workers +1, each computes with 1 thread,/],
    ['several workers', ['--memory=512m', '--env=WORKER_COUNT=2'], /\n {2}heap +of JavaScript, up to 96 MiB in each/],
  ])('%s', async (_, limits, expected) => {
    container = await Container.start({ image, options: [...limits, ...app(join(entryScriptsFolder, 'diabetes'))] });
    expect(await container.exec('scorehost', 'doctor')).toMatch(expected);
  });
});

it('workers by flag: the process that was started for another number makes room', async () => {
  const options = ['--memory=512m', ...app(join(entryScriptsFolder, 'diabetes'))];
  container = await Container.start({ image, options, args: ['--worker_count', '2'] });
  const commands = (await container.exec('sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "')).match(/--max-old\S+/g);
  expect(commands).toEqual(['--max-old-space-size=96', '--max-old-space-size=96']);
  const states = await container.exec('sh', '-c', 'grep -h State /proc/[0-9]*/status');
  expect(states).not.toContain('zombie');
  expect(await container.stop()).toBe(0);
});

describe('a container whose memory runs out', () => {
  const options = ['--memory=256m', '--memory-swap=256m', '--read-only', ...app(temporaryFolder(keeper))];

  it('says so before, and who takes it; the worker that the kernel ends is told apart, and replaced', async () => {
    container = await Container.start({ image, options });
    let keptMegabytes = 0;
    while (!/memory: \d+ of the container's 256 MiB are used/.test(await container.logs())) {
      const response = await container.score('native 5', 'text/plain');
      expect(response.status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 300));
      keptMegabytes += 5;
      expect(keptMegabytes).toBeLessThan(256);
    }
    const [line] = (await container.logs()).match(/.*memory: .*/) ?? [];
    expect(line).toMatch(/WARN +memory: 2[345]\d of .* \(front \d+, worker \d+ \d+\)\. At its limit .*raise the limit/);
    // Twice, in a fresh worker each time.
    expect((await container.score('native 300', 'text/plain')).status).toBe(502);
    expect(await container.logs()).toMatch(
      /ERROR worker was ended by SIGKILL: the memory that the container may use was used up/,
    );
    expect((await container.score('native 1', 'text/plain')).status).toBe(200);
    expect(await container.stop()).toBe(0);
  });

  it('does not take a worker that the host has killed for one of these', async () => {
    const spinning = { 'score.js': 'export const run = (text) => { while (text === "spin"); return 1; };' };
    const timeout = ['--env', 'SCORING_TIMEOUT_MS=500', ...app(temporaryFolder(spinning))];
    container = await Container.start({ image, options: ['--memory=256m', '--memory-swap=256m', ...timeout] });
    const hog = 'const kept = []; for (;;) kept.push(Buffer.alloc(2 ** 20, 1));';
    await expect(container.exec('node', '-e', hog)).rejects.toThrow();
    expect((await container.score('spin', 'text/plain')).status).toBe(504);
    await container.untilLog(/worker was ended by SIGKILL/);
    expect(await container.logs()).not.toContain('was used up');
  });

  it('ends a worker whose heap grows by itself, before the kernel ends any', async () => {
    container = await Container.start({ image, options });
    expect((await container.score('heap 200', 'text/plain')).status).toBe(502);
    const logs = await container.logs();
    expect(logs).toMatch(/ERROR worker was ended by SIG\w+: its JavaScript heap was full/);
    expect(logs).not.toContain('was used up');
    expect((await container.score('heap 1', 'text/plain')).status).toBe(200);
  });
});
