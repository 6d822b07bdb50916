import type { Dtype } from '../../dtype.js';
import { nestedDims, type Tensor, type TensorSpec } from '../../tensor.js';
import type { JsonSchema } from '../json-schema.js';
import { castTensor } from '../numpy/cast-tensor.js';
import { tensorElement } from '../numpy/element.js';
import { tensorOf } from '../numpy/tensor-of.js';
import type { ParameterType } from '../parameter-type.js';
import { refused } from '../refusal.js';
import { type TensorDims, tensorSchema } from './tensor-schema.js';

/** What a tensor must be, and a value in JSON that is one, for the documents. */
export interface TensorDeclaration {
  readonly type: Dtype;
  readonly dims: TensorDims;
  /** Left out where it would be megabytes. */
  readonly example?: unknown;
}

/** Runtimes hold strings as C does, and would cut them there. */
const WITHOUT_NUL = '^[^\\u0000]*$';

/**
 * A tensor as a model declares it: any axis may be free or fixed, the first one too, and there may be no rows, or no axes
 * at all. In JSON it is nested arrays, as of a `NumpyParameterType`.
 */
export class TensorParameterType implements ParameterType<Tensor> {
  readonly jsonSchema: JsonSchema;
  readonly tensorSpec?: TensorSpec;
  readonly #type: Dtype;
  readonly #dims: TensorDims;

  constructor({ type, dims, ...example }: TensorDeclaration) {
    this.#type = type;
    this.#dims = dims;
    const schema = tensorSchema(type, dims);
    this.jsonSchema = { ...(type === 'string' ? withPattern(schema) : schema), ...example };
    if (type !== 'string') this.tensorSpec = { type, dims };
  }

  decode(value: unknown, path: string): Tensor {
    const seen = nestedDims(value);
    // Behind an axis of no elements nothing can be seen: there a free axis is of length 0.
    const dims = this.#dims.map((dim, axis) => dim ?? seen[axis] ?? 0);
    return tensorOf(value, this.#type, dims, path, tensorElement(this.#type, false).fromJson);
  }

  fromTensor(tensor: Tensor, path: string): Tensor {
    const { dims } = tensor;
    const fits =
      dims.length === this.#dims.length && this.#dims.every((dim, i) => dim === undefined || dim === dims[i]);
    if (!fits) {
      const expected = this.#dims.map((dim) => dim ?? 'any').join(', ');
      throw refused(path, `expected an array of shape [${expected}], got one of [${dims.join(', ')}]`);
    }
    const cast = castTensor(tensor, this.#type, path);
    if (cast.type === 'string' && (cast.data as readonly string[]).some((text) => text.includes('\0'))) {
      throw refused(path, 'expected texts without NUL characters');
    }
    return cast;
  }
}

function withPattern(schema: JsonSchema): JsonSchema {
  return schema.items ? { ...schema, items: withPattern(schema.items) } : { ...schema, pattern: WITHOUT_NUL };
}
