import { HostError } from '../../../errors.js';
import type { ExecutionProvider } from '../model-settings.js';
import { runtimeReason } from '../run-failure.js';
import { requirementsOf } from './provider-requirements.js';
import { requirementsText } from './requirements-text.js';

const PROVIDER_FILE = 'libonnxruntime_providers';

/**
 * The binding writes a page to stderr for a file that can be seen to be missing.
 *
 * @throws {Error} as the binding's own, but for that.
 */
export function checkProviderFiles(providers: readonly ExecutionProvider[]): void {
  for (const provider of providers) {
    const missing = requirementsOf(provider).find(({ what, problem }) => problem && what.startsWith(PROVIDER_FILE));
    if (missing)
      throw new Error(`OrtSessionOptionsAppendExecutionProvider_${provider}: ${missing.what} is ${missing.problem}`);
  }
}

/** The end of a start: what the machine lacks, library by library, and what to do. */
export function unavailable(path: string, provider: ExecutionProvider, error: Error): HostError {
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

/** The same in a line, for a log. */
export function whyNot(provider: ExecutionProvider, error: Error): string {
  const missing = requirementsOf(provider).flatMap(({ what, problem }) => (problem ? [`${what}: ${problem}`] : []));
  return missing.length > 0 ? missing.join('; ') : runtimeReason(error.message);
}
