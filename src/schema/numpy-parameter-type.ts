import {
  type NestedArray,
  type NumericType,
  nestedDims,
  nestedType,
  type Tensor,
  tensorFromNested,
} from '../tensor.js';
import type { JsonSchema, ParameterType } from './parameter-type.js';

/** What the author of an entry module may add to a sample. */
export interface NumpyOptions {
  /** The element type. Default: float32 for plain numbers, int64 for bigints, bool for booleans. */
  readonly dtype?: NumericType;
  /** Whether every axis but the first must be as long as the sample's. Default: true. */
  readonly enforceShape?: boolean;
}

const itemSchemas: Record<NumericType, JsonSchema> = {
  float32: { type: 'number', format: 'float' },
  float64: { type: 'number', format: 'double' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  uint8: { type: 'integer', format: 'uint8' },
  bool: { type: 'boolean' },
};

/**
 * A numeric input or output, sent as nested JSON arrays; `run` receives a `Tensor`.
 *
 * The first axis of the sample is left to the caller: a sample of one row takes any number of rows.
 *
 * @example
 * ```ts
 * new NumpyParameterType([[10, 9, 8]]); // any number of rows of three float32
 * ```
 */
export class NumpyParameterType implements ParameterType<Tensor> {
  readonly jsonSchema: JsonSchema;
  readonly #type: NumericType;
  readonly #dims: readonly (number | undefined)[] | undefined;

  /** @throws {HostError} `INPUT_INVALID` if the sample is ragged, or holds what its dtype cannot. */
  constructor(sample: NestedArray, options: NumpyOptions = {}) {
    this.#type = options.dtype ?? nestedType(sample);
    tensorFromNested(sample, this.#type, undefined, 'sample');
    const dims = nestedDims(sample);
    this.#dims = options.enforceShape === false ? undefined : dims.map((dim, axis) => (axis === 0 ? undefined : dim));
    const nested = dims.reduceRight<JsonSchema>((items) => ({ type: 'array', items }), itemSchemas[this.#type]);
    this.jsonSchema = { ...nested, format: 'numpy.ndarray', example: sample };
  }

  decode(value: unknown, path: string): Tensor {
    return tensorFromNested(value, this.#type, this.#dims, path);
  }
}
