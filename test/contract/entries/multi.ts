import { inputSchema, type ParameterType, StandardParameterType } from 'scorehost';

/** Any JSON value: what the reference makes of a parameter without a type. */
const anything: ParameterType = { jsonSchema: { example: '' }, decode: (value) => value };

/** Two typed inputs, one of them with a default, and one of any type with a default. */
export function init() {}

export const run = inputSchema({
  num: new StandardParameterType(1n),
  label: { type: new StandardParameterType('x'), optional: true },
  extra: { type: anything, optional: true },
})((num: bigint, label?: string, extra?: unknown) => ({ num, label: label ?? 'none', extra: extra ?? null }));
