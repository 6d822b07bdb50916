import { basename } from 'node:path';
import { HostError } from '../../../errors.js';
import { dataTypeName, fedType, fetchedType } from './data-type.js';
import { inputRefused, rankUnknown, UNKNOWN_SHAPE } from './model-values.js';
import type { SignatureValue } from './saved-model-file.js';
import type { GraphValue } from './saved-model-session.js';

const CAST_FIX =
  'Export it with another type there, and let the signature cast it: tf.cast(x, …). ' +
  'ONNX Runtime takes more types: python -m tf2onnx.convert --saved-model DIR --output model.onnx';

/**
 * An input of a signature, as it is fed.
 *
 * @throws {HostError} `MODEL_INVALID` if it cannot be.
 */
export function fedValue(path: string, { name, tensor, dataType, shape }: SignatureValue): GraphValue {
  if (tensor === undefined) {
    const fix = 'Export it with tensors as inputs.';
    throw inputRefused(path, name, 'is no single tensor, but a sparse or ragged one', fix);
  }
  const type = fedType(dataType);
  if (type === undefined) {
    throw inputRefused(path, name, `is ${dataTypeName(dataType)}, which tfjs-node cannot be fed`, CAST_FIX);
  }
  if (shape === undefined) throw rankUnknown(path, name);
  return { name, type, shape, tensor, dataType };
}

/**
 * The outputs that can be fetched; the log names the others.
 *
 * @throws {HostError} `MODEL_INVALID` if there is none.
 */
export function readableValues(path: string, outputs: readonly SignatureValue[]): GraphValue[] {
  const readable = outputs.flatMap(({ name, tensor, dataType, shape }) => {
    const type = fetchedType(dataType);
    if (tensor === undefined || type === undefined) return [];
    return [{ name, type, shape: shape ?? UNKNOWN_SHAPE, tensor, dataType }];
  });
  const lost = outputs.filter(({ name }) => !readable.some((output) => output.name === name));
  if (lost.length === 0) return readable;
  const what = lost.map(({ name, tensor, dataType }) =>
    tensor === undefined ? `'${name}' (no single tensor)` : `'${name}' (${dataTypeName(dataType)})`,
  );
  const unreadable = `${lost.length === 1 ? 'the output' : 'the outputs'} ${what.join(', ')}`;
  if (readable.length === 0) {
    const reason = `tfjs-node cannot read ${unreadable}`;
    throw new HostError('MODEL_INVALID', `Cannot load the model ${path}: ${reason}.`, { fix: CAST_FIX });
  }
  console.warn(`${basename(path)}: ${unreadable} cannot be read by tfjs-node and will be left out. ${CAST_FIX}`);
  return readable;
}
