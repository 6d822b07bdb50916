import { NumpyParameterType, outputSchema } from 'scorehost';

/** An output can be described once. */
export function init() {}

export const run = outputSchema(new NumpyParameterType([1]))(outputSchema(new NumpyParameterType([1]))((data) => data));
