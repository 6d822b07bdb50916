import { inputSchema, StandardParameterType } from 'scorehost';

export function init() {}

export const run = inputSchema({
  num: new StandardParameterType(1n),
  params: { type: new StandardParameterType({ beams: 1n }), optional: true },
})((num: bigint, params?: { beams: bigint }) => ({ num, params: params ?? null }));
