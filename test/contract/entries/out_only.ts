import { inputSchema, outputSchema, type ParameterType, StandardParameterType } from 'scorehost';

/** Any JSON value: what the reference makes of a parameter without a type. */
const anything: ParameterType = { jsonSchema: { example: '' }, decode: (value) => value };

/** The output is typed; the input is only named. */
export function init() {}

export const run = inputSchema(
  'data',
  anything,
)(outputSchema(new StandardParameterType([1n]))((data: unknown) => [data]));
