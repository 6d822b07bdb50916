import { HostError } from '../../../errors.js';
import type { ModelValue } from '../model.js';

/** Of an output whose number of axes is known only once it is computed; printed as `[...]`. */
export const UNKNOWN_SHAPE: ModelValue['shape'] = ['...'];

/** @param fix - How to export the model, that it can. */
export function inputRefused(path: string, name: string, reason: string, fix: string): HostError {
  return new HostError('MODEL_INVALID', `Cannot load the model ${path}: its input '${name}' ${reason}.`, { fix });
}

/** What is fed is checked before it is, and of such an input nothing could be. */
export function rankUnknown(path: string, name: string): HostError {
  const fix = 'Export it with as many axes as it takes, free ones as None: tf.TensorSpec([None, None], …).';
  return inputRefused(path, name, 'does not say how many axes it has', fix);
}
