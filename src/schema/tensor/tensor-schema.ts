import type { Dtype } from '../../dtype.js';
import type { JsonSchema } from '../json-schema.js';
import { tensorElement } from '../numpy/element.js';

/** An entry per axis: its length, or undefined where any will do. */
export type TensorDims = readonly (number | undefined)[];

/** A tensor in JSON: arrays inside each other, those of a fixed axis of its length; without axes one value. */
export function tensorSchema(type: Dtype, dims: TensorDims): JsonSchema {
  return dims.reduceRight<JsonSchema>(
    (items, length) => ({
      type: 'array',
      items,
      ...(length === undefined ? {} : { minItems: length, maxItems: length }),
    }),
    tensorElement(type, false).schema,
  );
}
