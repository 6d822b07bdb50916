import { inputSchema, StandardParameterType } from 'scorehost';

/** Decorated with an object: what comes goes back. */
export function init() {}

export const run = inputSchema('value', new StandardParameterType({ k: 'v' }))((value) => value);
