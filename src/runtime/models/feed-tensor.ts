import { type Dtype, dtypeOfArray, isFloatType, type NumericArray } from '../../dtype.js';
import { asError, type ErrorDetail, HostError } from '../../errors.js';
import { castTensor, holdsInteger } from '../../schema/numpy/cast-tensor.js';
import { tensorElement } from '../../schema/numpy/element.js';
import { tensorOf } from '../../schema/numpy/tensor-of.js';
import { refused, shown } from '../../schema/refusal.js';
import { Tensor } from '../../tensor.js';
import type { Feed, ModelValue } from './model.js';
import { fitsShape, shapeProblem, shapeText } from './shape.js';

/** What is wrong with a feed: `path` is a JSON pointer below it, `message` continues "the input 'x' …". */
export type FeedProblem = ErrorDetail;

/** The tensor that a feed is for an input, of its type and shape; or why it is none. */
export function feedTensor(feed: Feed, input: ModelValue): Tensor | FeedProblem {
  const { shape } = input;
  const type = input.type as Dtype;
  try {
    const given = asTensor(feed);
    if (!given) return withoutNul(fromElements(feed, type, shape));
    if (!holdsItsElements(given)) return { path: '', message: contentProblem(given) };
    // Before it is cast: a large tensor of another shape is not worth it.
    if (!fitsShape(given.dims, shape)) return { path: '', message: shapeProblem(given.dims, shape) };
    return withoutNul(unshared(castTensor(given, type, '')));
  } catch (error) {
    if (!(error instanceof HostError)) return { path: '', message: `cannot be read: ${asError(error).message}` };
    const { path = '', message = error.message } = error.details[0] ?? {};
    return { path, message: message.replace(/^expected/, 'wants') + (path && ` at ${path}`) };
  }
}

/** Whether native code can take a tensor at its word: what its dims promise is there. */
export function holdsItsElements({ dims, data }: Tensor): boolean {
  let size = 1;
  for (const dim of dims) {
    if (!Number.isInteger(dim) || dim < 0) return false;
    size *= dim;
  }
  return data.length === size;
}

function contentProblem({ dims, data }: Tensor): string {
  return `holds ${data.length} elements, which are not those of a tensor of shape ${shapeText(dims)}`;
}

/** The binding reads no memory that threads share on Node 20. */
function unshared(tensor: Tensor): Tensor {
  if (!isShared(tensor)) return tensor;
  return new Tensor(tensor.type as 'float32', (tensor.data as Float32Array).slice(), tensor.dims);
}

export function isShared({ data }: Tensor): boolean {
  return (data as Float32Array).buffer instanceof SharedArrayBuffer;
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
  const dims = elementDims(feed, shape.length);
  // Of no rows at all the other axes cannot be seen: they are the declared ones, where those are fixed.
  if (dims.at(-1) === 0) {
    for (const axis of shape.slice(dims.length)) dims.push(typeof axis === 'number' ? axis : 0);
  }
  if (!fitsShape(dims, shape)) throw refused('', shapeProblem(dims, shape));
  return tensorOf(withPlainRows(feed, shape.length), type, dims, '', elementOf(type));
}

/** The lengths along the first elements; no deeper than one more than there should be, as an array may hold itself. */
function elementDims(feed: unknown, axes: number): number[] {
  const dims: number[] = [];
  for (let inner = feed; isList(inner) && dims.length <= axes; inner = inner[0]) dims.push(inner.length);
  return dims;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || dtypeOfArray(value) !== undefined;
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
function withPlainRows(value: unknown, axes: number): unknown {
  if (dtypeOfArray(value)) return Array.from(value as Float32Array);
  return Array.isArray(value) && axes > 1 ? value.map((row) => withPlainRows(row, axes - 1)) : value;
}

/** The runtime holds strings as C does, and would cut them at a NUL. */
function withoutNul(tensor: Tensor): Tensor | FeedProblem {
  if (tensor.type !== 'string') return tensor;
  const at = (tensor.data as readonly string[]).findIndex((text) => typeof text !== 'string' || text.includes('\0'));
  if (at < 0) return tensor;
  const came = tensor.data[at];
  if (typeof came !== 'string') return { path: '', message: `wants strings, but element ${at} is ${shown(came)}` };
  return { path: '', message: `has a NUL character in element ${at}, where the runtime would cut it off` };
}
