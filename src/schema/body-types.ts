import type { InputParameter, ServiceSchema } from './service-schema.js';

/** Media types of numbers without JSON. */
export const NPY_TYPE = 'application/x-npy';
export const ARROW_TYPE = 'application/vnd.apache.arrow.stream';

/**
 * The media types, besides JSON, that a body may have: one tensor or one data frame can only be the one input that is
 * wanted.
 */
export function bodyTypes(schema: ServiceSchema): readonly string[] {
  const input = wholeBodyInput(schema.inputs);
  if (schema.kind !== 'typed' || !input) return [];
  const { fromTensor, fromDataFrame } = input.type;
  return [...(fromTensor ? [NPY_TYPE] : []), ...(fromTensor || fromDataFrame ? [ARROW_TYPE] : [])];
}

/** The one input that a body without names is: the only one that is required, or the only one at all. */
export function wholeBodyInput(inputs: readonly InputParameter[]): InputParameter | undefined {
  const required = inputs.filter(({ optional }) => !optional);
  const [input, ...others] = required.length > 0 ? required : inputs;
  return others.length === 0 && input?.convert ? input : undefined;
}

/** The media types, besides JSON, that a caller may ask for by `Accept`: where the output type knows of them. */
export function resultTypes({ kind, output }: ServiceSchema): readonly string[] {
  if (kind !== 'typed' || !output) return [];
  // A frame of numbers may come as a tensor, but what run gives is a frame.
  const { fromTensor, fromDataFrame } = output;
  return [...(fromTensor && !fromDataFrame ? [NPY_TYPE] : []), ...(fromTensor || fromDataFrame ? [ARROW_TYPE] : [])];
}
