import { inputSchema, StandardParameterType } from 'scorehost';

/** The value is passed on as it came. */
export function init() {}

export const run = inputSchema('num', new StandardParameterType(1n), { convertToProvidedType: false })((num) => ({
  got: num,
}));
