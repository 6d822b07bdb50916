import { basename } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { asError, HostError } from '../../../errors.js';
import { EXECUTION_PROVIDERS, type ExecutionProvider } from '../model-settings.js';
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
  checkNames(executionProviders);
  const { InferenceSession } = onnxRuntime();
  let left: readonly ExecutionProvider[] = executionProviders;
  for (;;) {
    const executionProvider = left[0] ?? 'cpu';
    try {
      // By path, never from bytes: weights in files beside the model are only found from there.
      const session = await InferenceSession.create(path, { ...options, executionProviders: natively(left, deviceId) });
      return { session, executionProvider };
    } catch (thrown) {
      const failed = failedProvider(left, asError(thrown));
      if (failed === undefined) throw thrown;
      if (!fallback) throw unavailable(path, failed, asError(thrown));
      left = left.filter((provider) => provider !== failed);
      console.error(`${basename(path)} ${standIn(failed, left[0] ?? 'cpu', asError(thrown))}`);
    }
  }
}

/** The binding drops a name that it does not know from a list, and goes on. */
function checkNames(providers: readonly string[]): void {
  const unknown = providers.find((name) => !(EXECUTION_PROVIDERS as readonly string[]).includes(name));
  if (unknown === undefined) return;
  const names = EXECUTION_PROVIDERS.join(', ');
  throw new HostError('SETTING_INVALID', `'${unknown}' is no execution provider: there are ${names}.`, {
    fix: 'Name one of them.',
  });
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

function standIn(failed: ExecutionProvider, next: ExecutionProvider, error: Error): string {
  const missing = requirementsOf(failed).flatMap(({ what, problem }) => (problem ? [`${what}: ${problem}`] : []));
  const why = missing.length > 0 ? missing.join('; ') : runtimeReason(error.message);
  return `RUNS ON ${next.toUpperCase()} INSTEAD OF ${failed.toUpperCase()}, which cannot be had here: ${why}`;
}
