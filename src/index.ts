/** What an entry module may import. This is the only public list. */
export type { ColumnType, ColumnValues } from './data-frame/column.js';
export {
  DataFrame,
  type DataFrameOptions,
  type FrameColumns,
  type RowOf,
  type RowsOptions,
} from './data-frame/data-frame.js';
export type { Orient, Row, RowLabel } from './data-frame/orients.js';
export type { LoadModelOptions } from './runtime/models/load-options.js';
export type { Feed, Feeds, Model, ModelValue, Tensors } from './runtime/models/model.js';
export type { ExecutionProvider } from './runtime/models/model-settings.js';
export type { SessionOptions } from './runtime/models/onnx/session-options.js';
export { type BatchContext, type BatchedCall, batchContext } from './runtime/worker/batch/batch-context.js';
export {
  type CollectorOptions,
  type Designation,
  ModelDataCollector,
} from './runtime/worker/collect/model-data-collector.js';
export { loadModel, modelPath } from './runtime/worker/models.js';
export { type RequestContext, type RequestLog, requestContext } from './runtime/worker/request-context.js';
export {
  type CounterMetric,
  type GaugeMetric,
  type GaugeOptions,
  type HistogramMetric,
  type HistogramOptions,
  type MetricLabels,
  type MetricOptions,
  metrics,
} from './runtime/worker/user-metrics.js';
export {
  type BatchOptions,
  batch,
  type FrameLike,
  type InputDefinition,
  type InputOptions,
  inputSchema,
  type JsonSchema,
  type MarkDecorator,
  type NumpyDtype,
  type NumpyOptions,
  NumpyParameterType,
  outputSchema,
  type PandasDtype,
  type PandasOptions,
  PandasParameterType,
  type ParameterType,
  type RunDecorator,
  rawHttp,
  refused,
  type SparkDtype,
  type SparkOptions,
  SparkParameterType,
  type StandardOptions,
  StandardParameterType,
  type StructuredDtype,
  type ValueOf,
} from './schema/index.js';
export { type NestedArray, Tensor, type TypedTensor } from './tensor.js';
