import {
  LABEL_CHARACTERS_MAX,
  type MetricDefinition,
  type MetricsMessage,
  type ObservedValues,
} from '../metric-updates.js';
import type { ModelReport } from '../models/model-settings.js';
import { FrameError } from '../worker/frames.js';
import type { LogMessage } from '../worker/messages.js';

/**
 * What workers tell that is kept, and read by timers and scrapes later: then it would be too late to distrust whoever said it. User
 * code can write to the pair of its worker.
 */

/** @throws {FrameError} */
export function checkedModels(models: unknown): readonly ModelReport[] {
  if (areAll<ModelReport>(models, isModel)) return models;
  throw new FrameError('a frame about models has something else in it');
}

/** @throws {FrameError} */
export function checkedMetrics(message: Partial<MetricsMessage> | null): MetricsMessage {
  const { defined, updates } = message ?? {};
  if (areAll<MetricDefinition>(defined, isDefinition) && areAll<MetricsMessage['updates'][number]>(updates, isUpdate)) {
    return { defined, updates };
  }
  throw new FrameError('a frame about metrics has something else in it');
}

/** @throws {FrameError} */
export function checkedLine(line: LogMessage | null): LogMessage {
  if (line && isText(line.message) && ['debug', 'info', 'warn', 'error'].includes(line.level)) return line;
  throw new FrameError('a frame of the log has something else in it');
}

function isModel(model: unknown): boolean {
  const { name, executionProvider, insteadOf, loadMs } = (model ?? {}) as Partial<ModelReport>;
  const isNamed = isText(name) && isText(executionProvider) && (insteadOf === undefined || isText(insteadOf));
  return isNamed && Number.isFinite(loadMs);
}

const TYPES: readonly unknown[] = ['counter', 'gauge', 'histogram'];
const NAME = /^(?!scorehost_)[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

function isDefinition(definition: unknown): boolean {
  const { name, help, type, labelNames, buckets } = (definition ?? {}) as Partial<MetricDefinition>;
  const isNamed = isText(name) && NAME.test(name) && isText(help) && TYPES.includes(type);
  const isLabelled = areAll(labelNames, (label) => isText(label) && LABEL.test(label));
  return isNamed && isLabelled && (type !== 'histogram' || areAll(buckets, Number.isFinite));
}

function isUpdate(update: unknown): boolean {
  const [metric, labelValues, value] = Array.isArray(update) ? (update as readonly unknown[]) : [];
  const isLabelValue = (label: unknown) => isText(label) && label.length <= LABEL_CHARACTERS_MAX;
  if (!Number.isInteger(metric) || !areAll(labelValues, isLabelValue)) return false;
  if (typeof value === 'number') return Number.isFinite(value);
  const { counts, sum } = (value ?? {}) as Partial<ObservedValues>;
  return areAll(counts, Number.isFinite) && Number.isFinite(sum);
}

function areAll<T>(values: unknown, is: (value: unknown) => boolean): values is T[] {
  return Array.isArray(values) && values.every((value) => is(value));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
