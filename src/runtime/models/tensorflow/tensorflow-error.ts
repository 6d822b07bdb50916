import { asError } from '../../../errors.js';

/** What the addon and TensorFlow put around a reason: where it was noticed, how often, and in which functions. */
const WRAPPINGS: readonly RegExp[] = [
  /^Session fail to run with error: /,
  /^Failed to load SavedModel: /,
  /^Invalid TF_Status: \d+\s+Message: /,
  /^\d+ root error\(s\) found\.\s*\(0\) (?:[A-Z_]+: )?/,
  /\s*\[\[\{\{.*$/s,
];

/** An error of TensorFlow, for a person who has not its source: the node that failed, and why. */
export function tensorFlowError(thrown: unknown): Error {
  const error = asError(thrown);
  const reason = WRAPPINGS.reduce((text, wrapping) => text.replace(wrapping, ''), error.message).trim();
  // Of several the first is the function that the node is in.
  const [, node] = /\{\{node ([^}]+)\}\}/.exec(error.message) ?? [];
  return new Error(node ? `its node ${node} failed: ${reason}` : reason, { cause: error });
}
