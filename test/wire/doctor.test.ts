import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const hasGpu = existsSync('/dev/nvidia0');

interface End {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function doctor(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}, cwd = '/'): Promise<End> {
  return new Promise((resolve) => {
    const { PATH = '' } = process.env;
    execFile(process.execPath, [MAIN, 'doctor', ...args], { env: { PATH, ...env }, cwd }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('scorehost doctor, told much that is out of the ordinary,', () => {
  const tfjs = 'node_modules/@tensorflow/tfjs-node';
  const folder = temporaryFolder({ [`${tfjs}/package.json`]: '{"version": "4.22.0"}' });
  let end: End;
  beforeAll(async () => {
    const env = { NODE_OPTIONS: '--max-old-space-size=400', AML_APP_ROOT: '/nowhere' };
    end = await doctor(['--worker_count', '1024'], env, folder);
  });

  it('shows that a heap was chosen', () => {
    expect(end.stdout).toMatch(/\n {2}heap +of JavaScript, as Node's options say\n/);
  });

  it('says what the host lacks itself', () => {
    expect(end.stdout).toMatch(/\n {2}app root +\/nowhere: does not exist\n/);
    expect(end.stdout).toMatch(/\nTo do\n {2}- Let this user have \/nowhere/);
    // What is served may lie elsewhere.
    expect(end.code).toBe(0);
  });

  it('shares the CPUs out among the workers', () => {
    expect(end.stdout).toContain('  workers  1024, each computes with 1 thread, which sleep while they wait\n');
  });

  it('sees TensorFlow without its addon', () => {
    expect(end.stdout).toContain(
      `tfjs-node 4.22.0 in ${join(folder, tfjs)}, without its native addon: its install script has not run\n`,
    );
  });
});

describe('scorehost doctor', () => {
  it('tells what is there, on any machine, without anything to serve', async () => {
    const { code, stdout, stderr } = await doctor();
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^scorehost \d+\.\d+\.\d+ on Node \d+\.\d+\.\d+, \w+ \w+\n\nBase\n {2}Node +\d+\.\d+\.\d+\n {2}C library +glibc 2\.\d+\n(?:.*\n)+?\nCPUs and memory\n {2}CPUs +[\d.]+ \(/,
    );
    expect(stdout).toMatch(/\n {2}workers {2}1, each computes with \d+ threads?, which s/);
    expect(stdout).toMatch(/\n {2}memory +.*the machine has \d+\.\d GiB\n/);
    expect(stdout).toMatch(/\nONNX Runtime 1\.\d+\.\d+\n {2}cpu +runs\n/);
    expect(stdout).toMatch(/\nTensorFlow\n {2}@tensorflow\/tfjs-node /);
    expect(stdout).toMatch(/\n {2}SCOREHOST_EXECUTION_PROVIDERS=cpu: models run on cpu\.\n$/);
  });

  it.skipIf(hasGpu)(
    'says library by library what a provider lacks, and ends with 3 where it is asked for',
    async () => {
      const { code, stdout } = await doctor(['--execution_providers', 'cuda']);
      expect(code).toBe(3);
      expect(stdout).toMatch(/\n {2}cuda +cannot be had: \d+ of \d+ things that it needs are missing or wrong\n/);
      expect(stdout).toMatch(/\n {4}libonnxruntime_providers_cuda\.so +MISSING/);
      expect(stdout).toMatch(/\n {4}NVIDIA driver +MISSING +not found; wanted: \d+/);
      expect(stdout).toMatch(/\n {4}libcudnn\.so\.\d+ +MISSING/);
      expect(stdout).toMatch(/\n {2}tensorrt cannot be had(?:.*\n)+? {4}libnvinfer\.so\.\d+ +MISSING/);
      expect(stdout).toMatch(/=cuda: cuda cannot be had, so a model stops the start, with exit code 3\.\n/);
      expect(stdout).toMatch(/\nTo do\n {2}- /);
    },
  );

  it.skipIf(hasGpu)('says what stands in where that is allowed', async () => {
    const env = { SCOREHOST_EXECUTION_PROVIDERS: 'tensorrt,cuda', SCOREHOST_EXECUTION_PROVIDER_FALLBACK: 'true' };
    const { code, stdout } = await doctor([], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /=tensorrt,cuda: tensorrt and cuda cannot be had, models run on cpu\. The log, \/health\/ready and \/metrics will say so\.\n/,
    );
  });

  it('has a text of its own, and refuses what it does not know', async () => {
    expect(await doctor(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: scorehost doctor/),
    });
    expect(await doctor(['--gpu'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/There is no flag --gpu/) });
    expect(await doctor(['score.ts'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/serve ENTRY --check/) });
    const env = { SCOREHOST_EXECUTION_PROVIDERS: 'gpu' };
    expect(await doctor([], env)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/must be cpu, cuda, tensorrt/),
    });
  });
});
