import { inputSchema, StandardParameterType } from 'scorehost';

export function init() {}

export const run = inputSchema('data', new StandardParameterType([1n, 'a']))((data) => data);
