export type { RunDecorator } from './decorator.js';
export { type InputDefinition, type InputOptions, inputSchema, outputSchema, rawHttp } from './decorators.js';
export type { JsonSchema } from './json-schema.js';
export type { NumpyDtype, StructuredDtype } from './numpy/dtype-option.js';
export { type NumpyOptions, NumpyParameterType } from './numpy/numpy-parameter-type.js';
export type { ParameterType, ValueOf } from './parameter-type.js';
export { refused } from './refusal.js';
export { type StandardOptions, StandardParameterType } from './standard/standard-parameter-type.js';
