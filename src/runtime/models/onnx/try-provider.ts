import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DIST } from '../../../package-files.js';
import type { ExecutionProvider } from '../model-settings.js';

/** How a trial of an execution provider ended. */
export type ProviderTrial = { readonly runs: true } | { readonly runs: false; readonly reason: string };

const MAIN = join(DIST, 'runtime/models/onnx/try-provider-main.js');
/** TensorRT builds an engine first. */
const TRIAL_MS_MAX = 120_000;

/**
 * Runs a model of one node on an execution provider, in a process of its own: native libraries that do not fit together
 * may end the process that loads them.
 */
export function tryProvider(provider: ExecutionProvider, deviceId: number): Promise<ProviderTrial> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, provider, String(deviceId)], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: TRIAL_MS_MAX,
      killSignal: 'SIGKILL',
      env: { ORT_DISABLE_TELEMETRY: '1', ...process.env },
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', ({ message }) => resolve({ runs: false, reason: message }));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve({ runs: true });
      const ending = signal ? `the process was ended by ${signal}` : `the process exited with code ${code}`;
      resolve({ runs: false, reason: output.trim() || ending });
    });
  });
}
