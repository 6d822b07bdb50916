import { basename } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { asError, HostError } from '../../../errors.js';
import type { ExecutionProvider } from '../model-settings.js';
import { runtimeReason } from '../run-failure.js';
import { onnxRuntime } from './binding.js';
import { requirementsOf } from './provider-requirements.js';
import { requirementsText } from './requirements-text.js';

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
      checkProviderFiles(left);
      // By path, never from bytes: weights in files beside the model are only found from there.
      const session = await InferenceSession.create(path, { ...options, executionProviders: natively(left, deviceId) });
      tellLost(basename(path), executionProviders[0], executionProvider, lost);
      return { session, executionProvider };
    } catch (thrown) {
      const failed = failedProvider(left, asError(thrown));
      if (failed === undefined) throw thrown;
      if (!fallback) throw unavailable(path, failed, asError(thrown));
      left = left.filter((provider) => provider !== failed);
      lost.push(`${failed} cannot be had here: ${whyNot(failed, asError(thrown))}`);
    }
  }
}

/** The binding writes a page to stderr for a file that can be seen to be missing. */
function checkProviderFiles(providers: readonly ExecutionProvider[]): void {
  for (const provider of providers) {
    const missing = requirementsOf(provider).find(({ what, problem }) => problem && what.startsWith(PROVIDER_FILE));
    if (missing)
      throw new Error(`OrtSessionOptionsAppendExecutionProvider_${provider}: ${missing.what} is ${missing.problem}`);
  }
}

/** As the binding wants them; it adds CPU at the end by itself. */
function natively(providers: readonly ExecutionProvider[], deviceId: number) {
  return providers.length === 0 ? ['cpu'] : providers.map((name) => (name === 'cpu' ? name : { name, deviceId }));
}

const PROVIDER_FILE = 'libonnxruntime_providers';
const PROVIDER_FAILURE = /OrtSessionOptionsAppendExecutionProvider_(\w+)/;
const DEVICE_FAILURE = /CUDA failure|cuDNN|cuBLAS|cuFFT|CUDA error|cudaError|TensorRT/i;

/** The provider that a session failed for; undefined if it was the model. */
function failedProvider(providers: readonly ExecutionProvider[], { message }: Error): ExecutionProvider | undefined {
  const [, named] = PROVIDER_FAILURE.exec(message) ?? [];
  const onGpu = providers.filter((provider) => provider !== 'cpu');
  if (named) return onGpu.find((provider) => provider === named.toLowerCase()) ?? onGpu[0];
  return DEVICE_FAILURE.test(message) ? onGpu[0] : undefined;
}

function unavailable(path: string, provider: ExecutionProvider, error: Error): HostError {
  const requirements = requirementsOf(provider);
  const missing = requirements.filter(({ problem }) => problem !== undefined);
  const reason = missing.length > 0 ? 'this machine lacks what it needs' : runtimeReason(error.message);
  const text = [`Cannot load the model ${path} on ${provider}: ${reason}`, requirementsText(requirements)].join('\n\n');
  const fixes = [...new Set(missing.map(({ fix }) => fix))].filter((fix) => fix !== undefined);
  const otherwise =
    'Or ask for another provider (SCOREHOST_EXECUTION_PROVIDERS=cpu), or allow one to stand in ' +
    '(SCOREHOST_EXECUTION_PROVIDER_FALLBACK=true). `scorehost doctor` shows what is there.';
  return new HostError('PROVIDER_UNAVAILABLE', text, { cause: error, fix: [...fixes, otherwise].join('\n     ') });
}

function whyNot(provider: ExecutionProvider, error: Error): string {
  const missing = requirementsOf(provider).flatMap(({ what, problem }) => (problem ? [`${what}: ${problem}`] : []));
  return missing.length > 0 ? missing.join('; ') : runtimeReason(error.message);
}

/** Once it is known where the model runs: an alarm that names a provider that it does not run on would mislead. */
function tellLost(name: string, asked: string | undefined, inEffect: string, lost: readonly string[]): void {
  if (lost.length === 0) return;
  const reasons = lost.join('; ');
  if (asked === inEffect) console.warn(`${name} runs on ${inEffect}, as it should, but ${reasons}`);
  else console.error(`${name} RUNS ON ${inEffect.toUpperCase()} INSTEAD OF ${asked?.toUpperCase()}: ${reasons}`);
}
