import type { InferenceSession } from 'onnxruntime-node';
import { HostError } from '../../../errors.js';
import { nearestName } from '../../../nearest-name.js';
import { shown } from '../../../schema/refusal.js';

/**
 * Options of ONNX Runtime's session, as far as onnxruntime-node hands them on.
 *
 * @see https://onnxruntime.ai/docs/api/js/interfaces/InferenceSession.SessionOptions.html
 */
export interface SessionOptions {
  readonly graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'layout' | 'all';
  readonly executionMode?: 'sequential' | 'parallel';
  /** Threads that compute inside of one node. 0: ONNX Runtime's own choice, which does not see a container's limit. */
  readonly intraOpNumThreads?: number;
  readonly interOpNumThreads?: number;
  /** The arena grows with the largest batch and never shrinks: false where memory is tight. */
  readonly enableCpuMemArena?: boolean;
  readonly enableMemPattern?: boolean;
  /** 0 (verbose) to 4 (fatal). */
  readonly logSeverityLevel?: number;
  readonly logId?: string;
  readonly optimizedModelFilePath?: string;
  readonly enableProfiling?: boolean;
  readonly profileFilePrefix?: string;
  /** Config entries by their keys, such as `session.intra_op.allow_spinning`; booleans are written as 1 and 0. */
  readonly extra?: Readonly<Record<string, string | number | boolean>>;
}

type Check = (value: unknown) => string | undefined;

const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');
const text: Check = (value) => (typeof value === 'string' && value !== '' ? undefined : 'a text');
const wholeUpTo =
  (max: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max ? undefined : `0 to ${max}`;
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string) ? undefined : values.join(', ');

/** Config entries are texts to the runtime. */
const configEntries: Check = (value) => {
  const isEntry = (entry: unknown) => ['string', 'number', 'boolean'].includes(typeof entry);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.values(value).every(isEntry)
    ? undefined
    : 'an object of texts, numbers and booleans by their keys';
};

const checks: Readonly<Record<keyof SessionOptions, Check>> = {
  graphOptimizationLevel: oneOf('disabled', 'basic', 'extended', 'layout', 'all'),
  executionMode: oneOf('sequential', 'parallel'),
  intraOpNumThreads: wholeUpTo(1024),
  interOpNumThreads: wholeUpTo(1024),
  enableCpuMemArena: flag,
  enableMemPattern: flag,
  logSeverityLevel: wholeUpTo(4),
  logId: text,
  optimizedModelFilePath: text,
  enableProfiling: flag,
  profileFilePrefix: text,
  extra: configEntries,
};

/** Options that onnxruntime-node takes and does nothing with: whoever sets one would wait for its effect in vain. */
const ignored: Readonly<Record<string, string>> = {
  freeDimensionOverrides: 'export the model with those axes fixed',
  logVerbosityLevel: 'set logSeverityLevel',
  enableGraphCapture: 'it is for browsers',
  preferredOutputLocation: 'it is for browsers',
  externalData: 'weights are found beside the model file',
};

/**
 * Holds options to what is known of them.
 *
 * @param source - Where they came from, for messages: `loadModel()` or the name of a setting.
 * @throws {HostError} `SETTING_INVALID` for one that is unknown, has no effect, or has no value of its kind.
 */
export function checkSessionOptions(options: object, source: string): SessionOptions {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (name === 'executionProviders') throw invalid(source, name, 'name them in SCOREHOST_EXECUTION_PROVIDERS');
    const hint = Object.hasOwn(ignored, name) ? ignored[name] : undefined;
    if (hint !== undefined) throw invalid(source, name, `onnxruntime-node takes it and does nothing with it: ${hint}`);
    if (!Object.hasOwn(checks, name)) {
      const nearest = nearestName(name, Object.keys(checks));
      throw invalid(
        source,
        name,
        nearest
          ? `it is unknown; did you mean ${nearest}?`
          : `it is unknown; there are ${Object.keys(checks).join(', ')}`,
      );
    }
    const range = checks[name as keyof SessionOptions](value);
    if (range !== undefined) throw invalid(source, name, `it is ${shown(value)}, but must be ${range}`);
  }
  return options as SessionOptions;
}

function invalid(source: string, name: string, reason: string): HostError {
  const text = `The session option ${name} of ${source} cannot be: ${reason}`;
  return new HostError('SETTING_INVALID', text.endsWith('?') ? text : `${text}.`, {
    fix: 'Mend the option; docs/models.md has the list.',
  });
}

/**
 * Options as the binding wants them, the last source that names one winning: defaults, settings, call.
 *
 * @throws {HostError} `SETTING_INVALID` if a profile is asked for without a place, or a place without a profile.
 */
export function mergeSessionOptions(...sources: readonly SessionOptions[]): InferenceSession.SessionOptions {
  const merged: Record<string, unknown> = {};
  const extra: Record<string, string> = {};
  for (const source of sources) {
    for (const [name, value] of Object.entries(source)) {
      // The binding throws at an option that is there and undefined.
      if (value !== undefined && name !== 'extra') merged[name] = value;
    }
    for (const [key, value] of Object.entries(source.extra ?? {})) extra[key] = configText(value);
  }
  const [profiles, place] = [merged.enableProfiling === true, merged.profileFilePrefix !== undefined];
  if (profiles !== place) {
    const missing = profiles ? 'profileFilePrefix' : 'enableProfiling: true';
    throw invalid('this session', profiles ? 'enableProfiling' : 'profileFilePrefix', `it needs ${missing} beside it`);
  }
  return { ...merged, extra };
}

function configText(value: string | number | boolean): string {
  return typeof value === 'boolean' ? String(Number(value)) : String(value);
}
