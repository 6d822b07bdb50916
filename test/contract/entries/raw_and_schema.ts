import { inputSchema, NumpyParameterType, rawHttp } from 'scorehost';

/** Raw and typed exclude each other. */
export function init() {}

export const run = rawHttp(inputSchema('num', new NumpyParameterType([1]))((num) => num) as () => unknown);
