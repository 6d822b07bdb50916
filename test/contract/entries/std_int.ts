import { inputSchema, outputSchema, StandardParameterType } from 'scorehost';

export function init() {}

export const run = inputSchema(
  'num',
  new StandardParameterType(1n),
)(outputSchema(new StandardParameterType(2n))((num: bigint) => num * 2n));
