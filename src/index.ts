/** What an entry module may import. This is the only public list. */
export { loadModel } from './runtime/models/load-model.js';
export type { Model, ModelValue, Tensors } from './runtime/models/model.js';
export { modelPath } from './runtime/worker/model-path.js';
export { type RequestContext, type RequestLog, requestContext } from './runtime/worker/request-context.js';
export {
  inputSchema,
  type JsonSchema,
  type NumpyOptions,
  NumpyParameterType,
  outputSchema,
  type ParameterType,
  rawHttp,
} from './schema/index.js';
export { type NestedArray, Tensor } from './tensor.js';
