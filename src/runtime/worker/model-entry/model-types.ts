import type { Dtype } from '../../../dtype.js';
import { parseJson } from '../../../schema/json/parse.js';
import { writeJson } from '../../../schema/json/write.js';
import type { JsonSchema } from '../../../schema/json-schema.js';
import type { ParameterType } from '../../../schema/parameter-type.js';
import type { InputParameter } from '../../../schema/service-schema.js';
import { TensorParameterType } from '../../../schema/tensor/tensor-parameter-type.js';
import { type TensorDims, tensorSchema } from '../../../schema/tensor/tensor-schema.js';
import type { ModelValue, Tensors } from '../../models/model.js';

/** The inputs of a service that is a model: its own, under their names, in their order. */
export function inputParameters(inputs: readonly ModelValue[], example: Tensors | undefined): InputParameter[] {
  return inputs.map(({ name, type, shape }) => ({
    name,
    type: new TensorParameterType({ type: type as Dtype, dims: dimsOf(shape), ...exampleOf(example?.[name]) }),
    optional: false,
    convert: true,
  }));
}

/** Its output: an object with the outputs of the model by their names. */
export function outputParameter(outputs: readonly ModelValue[], example: Tensors | undefined): ParameterType {
  const properties = outputs.map(({ name, type, shape }) => {
    // A file that does not tell how many axes a value has looks as if it had none: the answer knows better.
    const isUntold = shape.length === 0 && example?.[name]?.dims.length !== 0;
    return [name, isUntold ? {} : tensorSchema(type as Dtype, dimsOf(shape))] as const;
  });
  const jsonSchema: JsonSchema = {
    type: 'object',
    required: outputs.map(({ name }) => name),
    properties: Object.fromEntries(properties),
    ...exampleOf(example),
  };
  return { jsonSchema, decode: (value) => value };
}

function dimsOf(shape: ModelValue['shape']): TensorDims {
  return shape.map((axis) => (typeof axis === 'number' ? axis : undefined));
}

/** As a caller sends or gets it. */
function exampleOf(value: unknown): { readonly example?: unknown } {
  return value === undefined ? {} : { example: parseJson(writeJson(value), { depthMax: 1000 }) };
}
