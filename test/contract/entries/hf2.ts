import { inputSchema, StandardParameterType } from 'scorehost';

export function init() {}

export const run = inputSchema({
  input_string: new StandardParameterType(['x']),
  parameters: new StandardParameterType({ k: 1n }),
})((input: string[], parameters: { k: bigint }) => [input, parameters]);
