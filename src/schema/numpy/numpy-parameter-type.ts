import { HostError } from '../../errors.js';
import { nestedDims, Tensor, type TensorSpec } from '../../tensor.js';
import type { JsonSchema } from '../json-schema.js';
import type { ParameterType } from '../parameter-type.js';
import { refused } from '../refusal.js';
import { castTensor } from './cast-tensor.js';
import { type NumpyDtype, type ParsedDtype, parseDtype } from './dtype-option.js';
import { type Element, tensorElement } from './element.js';
import { eachElement, mapElements } from './nested.js';
import { dtypeOfSample, nestedSample } from './numpy-sample.js';
import type { DtypeOfSample, NumpySample, NumpyValue } from './numpy-types.js';
import { elementOf } from './structured-element.js';
import { inferredType, tensorOf } from './tensor-of.js';

/** What the author of an entry module may add to a sample. */
export interface NumpyOptions<D extends NumpyDtype = NumpyDtype> {
  /**
   * The element type. Default: that of a Tensor or typed array; float32 for plain numbers, int64 for bigints, bool for
   * booleans, string for strings, `datetime64[ms]` for Dates, `bytes` for Buffers.
   */
  readonly dtype?: D;
  /** Whether every axis but the first must be as long as the sample's. The number of axes always holds. Default: true. */
  readonly enforceShape?: boolean;
  /** Whether the elements are of the sample's type. Else the type is what the values of a body need. Default: true. */
  readonly enforceColumnType?: boolean;
  /** Whether harmless conversions are made: `"7"` and `true` count as numbers then. Default: false. */
  readonly coerce?: boolean;
}

/** An entry per axis: its length, or undefined where the caller chooses. */
type Dims = readonly (number | undefined)[];

/**
 * A numeric input or output, sent as nested JSON arrays; `run` receives a `Tensor`.
 *
 * The first axis of the sample is left to the caller: a sample of one row takes any number of rows. Dates, bytes and
 * structured elements, of which there are no tensors, come as nested arrays: see {@link NumpyDtype}.
 *
 * @example
 * ```ts
 * new NumpyParameterType([[10, 9, 8]]); // any number of rows of three float32
 * new NumpyParameterType([[1, 2]], { dtype: 'int64' });
 * new NumpyParameterType([{ name: 'Sarah', grade: 8 }], { dtype: { name: 'string', grade: 'float64' } });
 * ```
 */
export class NumpyParameterType<S extends NumpySample = NumpySample, D extends NumpyDtype = DtypeOfSample<S>>
  implements ParameterType<NumpyValue<D, S>>
{
  readonly jsonSchema: JsonSchema;
  readonly tensorSpec?: TensorSpec;
  /** For elements of which there are tensors. */
  readonly fromTensor?: (tensor: Tensor, path: string) => NumpyValue<D, S>;
  readonly #dtype: ParsedDtype;
  readonly #element: Element;
  readonly #inferType: boolean;
  readonly #dims: Dims;

  /** @throws {HostError} `ENTRY_INVALID` if the sample is no array, ragged, or holds what its dtype cannot. */
  constructor(sample: S, options: NumpyOptions<D> = {}) {
    const nested = nestedSample(sample);
    const dims = sample instanceof Tensor ? sample.dims : nestedDims(nested);
    this.#dtype = parseDtype(options.dtype ?? dtypeOfSample(sample));
    this.#element = elementOf(this.#dtype, options.coerce ?? false);
    this.#inferType = options.enforceColumnType === false;
    this.#dims = dims.map((dim, axis) => (axis === 0 || options.enforceShape === false ? undefined : dim));
    const items = this.#inferType ? withoutRange(this.#element.schema) : this.#element.schema;
    this.jsonSchema = {
      ...arraySchema(items, this.#dims, dims),
      format: 'numpy.ndarray',
      example: this.#exampleOf(nested, dims),
    };
    if (this.#dtype.kind !== 'tensor') return;
    this.fromTensor = (tensor, path) => this.#fromTensor(tensor, path);
    // What is coerced, or tells its own type, is not for the reader of bytes to refuse.
    if (this.#dtype.type === 'string' || this.#inferType || options.coerce) return;
    this.tensorSpec = { type: this.#dtype.type, dims: this.#dims };
  }

  decode(value: unknown, path: string): NumpyValue<D, S> {
    const dims = this.#dimsOf(value);
    let { fromJson } = this.#element;
    if (this.#dtype.kind === 'tensor') {
      const type = this.#inferType ? inferredType(value) : this.#dtype.type;
      if (this.#inferType) ({ fromJson } = tensorElement(type, false));
      return tensorOf(value, type, dims, path, fromJson) as NumpyValue<D, S>;
    }
    eachElement(value, dims, path, () => {});
    return mapElements(value, dims.length, fromJson, path) as NumpyValue<D, S>;
  }

  encode(result: unknown): unknown {
    if (this.#dtype.kind === 'tensor' || !Array.isArray(result)) return result;
    return mapElements(result, this.#dims.length, this.#element.toJson);
  }

  #fromTensor(tensor: Tensor, path: string): NumpyValue<D, S> {
    const fits =
      tensor.dims.length === this.#dims.length &&
      this.#dims.every((dim, axis) => dim === undefined || dim === tensor.dims[axis]);
    if (!fits) {
      const expected = this.#dims.map((dim) => dim ?? 'any').join(', ');
      throw refused(path, `expected an array of shape [${expected}], got one of [${tensor.dims.join(', ')}]`);
    }
    const cast = this.#inferType || this.#dtype.kind !== 'tensor' ? tensor : castTensor(tensor, this.#dtype.type, path);
    return cast as NumpyValue<D, S>;
  }

  /** Behind an axis of no elements nothing can be seen: there the lengths are the sample's. */
  #dimsOf(value: unknown): number[] {
    const seen = nestedDims(value);
    return this.#dims.map((dim, axis) => dim ?? seen[axis] ?? 0);
  }

  /** The sample in JSON; it must be something that the type itself takes. */
  #exampleOf(nested: unknown[], dims: readonly number[]): unknown {
    try {
      eachElement(nested, dims, 'sample', () => {});
      const example = mapElements(nested, dims.length, this.#element.toJson);
      this.decode(example, 'sample');
      return example;
    } catch (error) {
      const reason = error instanceof HostError ? error.message : `${(error as Error).message}.`;
      const fix = 'Mend the sample, or give the dtype that it is of: new NumpyParameterType(sample, { dtype }).';
      throw new HostError('ENTRY_INVALID', `Invalid sample input provided: ${reason}`, { fix, cause: error });
    }
  }
}

/**
 * Arrays inside each other, each of its length. No rows at all are let through only by a sample of one axis, or without
 * rows: NumPy would see one axis less in `[]`.
 */
function arraySchema(element: JsonSchema, dims: Dims, sampleDims: readonly number[]): JsonSchema {
  const lengths = (axis: number) => {
    const length = dims[axis];
    if (length !== undefined) return { minItems: length, maxItems: length };
    return dims.length > 1 && axis === 0 && sampleDims[0] !== 0 ? { minItems: 1 } : {};
  };
  return dims.reduceRight<JsonSchema>((items, _, axis) => ({ type: 'array', items, ...lengths(axis) }), element);
}

function withoutRange({ minimum: _minimum, maximum: _maximum, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
