import { basename } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { asError } from '../../../errors.js';
import type { ExecutionProvider } from '../model-settings.js';
import { onnxRuntime } from './binding.js';

/** What a session is asked to run on. */
export interface WantedProviders {
  readonly executionProviders: readonly ExecutionProvider[];
  readonly deviceId: number;
  /** Whether those that cannot be had may be left out. */
  readonly fallback: boolean;
}

/** A session, and what it runs on. */
export interface ProvidersInEffect {
  readonly session: InferenceSession;
  /** The first provider of the session: nodes that it does not know run on those behind it, and on CPU. */
  readonly executionProvider: ExecutionProvider;
}

/**
 * Creates a session on the providers that are asked for.
 *
 * The binding has no fallback of its own: one provider that cannot be loaded fails the session, wherever it stands in the
 * list. Without leave to fall back that is the end; with it the list is tried again without its head.
 *
 * @throws {HostError} `PROVIDER_UNAVAILABLE` with what the machine lacks.
 * @throws {Error} of ONNX Runtime, if the model is to blame.
 */
export async function createOnProviders(
  path: string,
  { executionProviders, deviceId, fallback }: WantedProviders,
  options: InferenceSession.SessionOptions,
): Promise<ProvidersInEffect> {
  const { InferenceSession } = onnxRuntime();
  let left: readonly ExecutionProvider[] = executionProviders;
  const lost: string[] = [];
  for (;;) {
    const executionProvider = left[0] ?? 'cpu';
    try {
      if (left.some((provider) => provider !== 'cpu')) (await report()).checkProviderFiles(left);
      // By path, never from bytes: weights in files beside the model are only found from there.
      const session = await InferenceSession.create(path, { ...options, executionProviders: natively(left, deviceId) });
      tellLost(basename(path), executionProviders[0], executionProvider, lost);
      return { session, executionProvider };
    } catch (thrown) {
      const failed = failedProvider(left, asError(thrown));
      if (failed === undefined) throw thrown;
      const { unavailable, whyNot } = await report();
      if (!fallback) throw unavailable(path, failed, asError(thrown));
      left = left.filter((provider) => provider !== failed);
      lost.push(`${failed} cannot be had here: ${whyNot(failed, asError(thrown))}`);
    }
  }
}

/** What looks at the machine is loaded by those who ask for more than CPU. */
function report() {
  return import('./provider-report.js');
}

/** As the binding wants them; it adds CPU at the end by itself. */
function natively(providers: readonly ExecutionProvider[], deviceId: number) {
  return providers.length === 0 ? ['cpu'] : providers.map((name) => (name === 'cpu' ? name : { name, deviceId }));
}

const PROVIDER_FAILURE = /OrtSessionOptionsAppendExecutionProvider_(\w+)/;
const DEVICE_FAILURE = /CUDA failure|cuDNN|cuBLAS|cuFFT|CUDA error|cudaError|TensorRT/i;

/** The provider that a session failed for; undefined if it was the model. */
function failedProvider(providers: readonly ExecutionProvider[], { message }: Error): ExecutionProvider | undefined {
  const [, named] = PROVIDER_FAILURE.exec(message) ?? [];
  const onGpu = providers.filter((provider) => provider !== 'cpu');
  if (named) return onGpu.find((provider) => provider === named.toLowerCase()) ?? onGpu[0];
  return DEVICE_FAILURE.test(message) ? onGpu[0] : undefined;
}

/** Once it is known where the model runs: an alarm that names a provider that it does not run on would mislead. */
function tellLost(name: string, asked: string | undefined, inEffect: string, lost: readonly string[]): void {
  if (lost.length === 0) return;
  const reasons = lost.join('; ');
  if (asked === inEffect) console.warn(`${name} runs on ${inEffect}, as it should, but ${reasons}`);
  else console.error(`${name} RUNS ON ${inEffect.toUpperCase()} INSTEAD OF ${asked?.toUpperCase()}: ${reasons}`);
}
