import { inputSchema, StandardParameterType } from 'scorehost';

/** What is left out of a body is undefined here: there is no parameter without a default. */
export function init() {}

export const run = inputSchema('num', new StandardParameterType(1n), { optional: true })((num?: bigint) => ({
  num: num ?? null,
}));
