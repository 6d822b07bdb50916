import { type Dtype, dtypeOfArray, isFloatType, type NumericArray } from '../../dtype.js';
import { type ErrorDetail, HostError } from '../../errors.js';
import { castTensor, holdsInteger } from '../../schema/numpy/cast-tensor.js';
import { tensorElement } from '../../schema/numpy/element.js';
import { tensorOf } from '../../schema/numpy/tensor-of.js';
import { refused, shown } from '../../schema/refusal.js';
import { firstElement, nestedDims, Tensor } from '../../tensor.js';
import type { Feed, ModelValue } from './model.js';
import { fitsShape, shapeProblem } from './shape.js';

/** What is wrong with a feed: `path` is a JSON pointer below it, `message` continues "the input 'x' …". */
export type FeedProblem = ErrorDetail;

/** The tensor that a feed is for an input, of its type and shape; or why it is none. */
export function feedTensor(feed: Feed, input: ModelValue): Tensor | FeedProblem {
  const type = input.type as Dtype;
  const given = asTensor(feed);
  try {
    const tensor = given ? castTensor(given, type, '') : fromElements(feed, type, input.shape);
    if (!fitsShape(tensor.dims, input.shape)) return { path: '', message: shapeProblem(tensor.dims, input.shape) };
    return tensor.type === 'string' ? withoutNul(tensor) : tensor;
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== 'INPUT_INVALID') throw error;
    const { path = '', message = error.message } = error.details[0] ?? {};
    return { path, message: message.replace(/^expected/, 'wants') + (path && ` at ${path}`) };
  }
}

/** A tensor, also one of another copy of the library, or a typed array, which is one of a single axis. */
function asTensor(feed: Feed): Tensor | undefined {
  if (feed instanceof Tensor) return feed;
  const type = dtypeOfArray(feed);
  if (type) return new Tensor(type as 'float32', feed as Float32Array, [(feed as NumericArray).length]);
  if (typeof feed !== 'object' || feed === null || !('dims' in feed) || !('data' in feed)) return undefined;
  const { type: dtype, data, dims } = feed as unknown as Tensor;
  return new Tensor(dtype as 'float32', data as Float32Array, dims);
}

function fromElements(feed: Feed, type: Dtype, shape: ModelValue['shape']): Tensor {
  const value = withPlainRows(feed);
  const dims = nestedDims(value);
  // Of no rows at all the other axes cannot be seen: they are the declared ones, where those are fixed.
  if (dims.at(-1) === 0) {
    for (const axis of shape.slice(dims.length)) dims.push(typeof axis === 'number' ? axis : 0);
  }
  if (!fitsShape(dims, shape)) throw refused('', shapeProblem(dims, shape));
  return tensorOf(value, type, dims, '', elementOf(type));
}

/** Elements as the model declares them. JSON has no integers of its own; here a bigint is one, and must fit. */
function elementOf(type: Dtype): (value: unknown, path: string) => unknown {
  const { fromJson } = tensorElement(type, false);
  if (!isFloatType(type)) return fromJson;
  return (value, path) => {
    if (typeof value === 'bigint' && !holdsInteger(type, value)) {
      throw refused(path, `expected ${type}, which cannot hold ${shown(value)} exactly`);
    }
    return fromJson(value, path);
  };
}

/** Rows that are typed arrays as plain ones. */
function withPlainRows(value: unknown): unknown {
  if (dtypeOfArray(value)) return Array.from(value as Float32Array);
  const first = firstElement(value);
  return dtypeOfArray(first) ? (value as unknown[]).map(withPlainRows) : value;
}

/** The runtime holds strings as C does, and would cut them at a NUL. */
function withoutNul(tensor: Tensor): Tensor | FeedProblem {
  const at = (tensor.data as readonly string[]).findIndex((text) => typeof text !== 'string' || text.includes('\0'));
  if (at < 0) return tensor;
  const came = tensor.data[at];
  if (typeof came !== 'string') return { path: '', message: `wants strings, but element ${at} is ${shown(came)}` };
  return { path: '', message: `has a NUL character in element ${at}, where the runtime would cut it off` };
}
