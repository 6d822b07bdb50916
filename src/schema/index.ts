export { inputSchema, outputSchema, rawHttp } from './decorators.js';
export { type NumpyOptions, NumpyParameterType } from './numpy-parameter-type.js';
export type { JsonSchema, ParameterType } from './parameter-type.js';
