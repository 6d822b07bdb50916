import { HostError } from '../../errors.js';
import { nearestName } from '../../nearest-name.js';
import { shown } from '../../schema/refusal.js';
import { EXECUTION_PROVIDERS, type ExecutionProvider } from './model-settings.js';
import { checkSessionOptions, type SessionOptions } from './onnx/session-options.js';

/** What `loadModel()` may be told; what it is not comes from the settings of the host. */
export interface LoadModelOptions {
  /** In the order in which they are asked to compute a node. Default: `SCOREHOST_EXECUTION_PROVIDERS`. */
  readonly executionProviders?: readonly ExecutionProvider[];
  /** Which GPU, counted from 0. Default: `SCOREHOST_DEVICE_ID`. */
  readonly deviceId?: number;
  /** Options of ONNX Runtime's session, over those of `SCOREHOST_SESSION_OPTIONS`. */
  readonly sessionOptions?: SessionOptions;
  /** Whether the model is run once on zeros, so that the first call is as fast as the next. Default: true. */
  readonly warmUp?: boolean;
  /** Of a SavedModel: the signature that is run. Default: `serving_default`. */
  readonly signature?: string;
}

const isProvider = (name: unknown) => (EXECUTION_PROVIDERS as readonly unknown[]).includes(name);
const providers = EXECUTION_PROVIDERS.map((name) => `'${name}'`).join(', ');

/** What a value must be, by the name of its option. */
const checks: Readonly<Record<keyof LoadModelOptions, readonly [check: (value: unknown) => boolean, what: string]>> = {
  executionProviders: [(value) => Array.isArray(value) && value.every(isProvider), `a list of ${providers}`],
  deviceId: [(value) => Number.isInteger(value) && (value as number) >= 0, 'a whole number, 0 or more'],
  sessionOptions: [(value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'an object'],
  warmUp: [(value) => typeof value === 'boolean', 'true or false'],
  signature: [(value) => typeof value === 'string', 'a text'],
};

/**
 * Holds what an entry module gives to the names and types that there are: in plain JavaScript nobody else does, and a model
 * that was to run on a GPU would run on CPU for a letter.
 *
 * @throws {HostError} `SETTING_INVALID`
 */
export function checkLoadOptions(options: unknown): asserts options is LoadModelOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid(`The options of loadModel() must be an object, got ${shown(options)}.`);
  }
  for (const [name, value] of Object.entries(options)) {
    const known = Object.hasOwn(checks, name) ? checks[name as keyof LoadModelOptions] : undefined;
    if (!known) {
      const nearest = nearestName(name, Object.keys(checks));
      const hint = nearest ? `did you mean ${nearest}?` : `there are ${Object.keys(checks).join(', ')}.`;
      throw invalid(`loadModel() has no option ${name}: ${hint}`);
    }
    const [check, what] = known;
    if (value !== undefined && !check(value)) {
      throw invalid(`The option ${name} of loadModel() must be ${what}, got ${shown(value)}.`);
    }
  }
  checkSessionOptions((options as LoadModelOptions).sessionOptions ?? {}, 'loadModel()');
}

function invalid(message: string): HostError {
  return new HostError('SETTING_INVALID', message, { fix: 'Mend the option; docs/models.md has the list.' });
}
