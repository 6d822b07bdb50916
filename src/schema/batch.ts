import { HostError } from '../errors.js';
import { nearestName } from '../nearest-name.js';
import { type MarkDecorator, runDecorator } from './decorator.js';
import { shown } from './refusal.js';
import { schemaOf, withSchema } from './service-schema.js';

/** As of models that are served by themselves. What is stacked is copied, and one run answers for all of it. */
const ROWS_MAX = 4096;
const USE = 'batch({ maxSize: 32 })';
const words = { name: 'batch()', use: USE };

/** How a `run` takes several calls at once. */
export interface BatchOptions {
  /**
   * Rows that one run is given at most, those of all its calls together: a whole number from 1 to 4096. A call that has
   * more by itself is run alone.
   */
  readonly maxSize: number;
}

/**
 * Marks a `run` that takes several calls as one: its inputs are those of the calls, one behind the other along their first
 * axis, and it gives a row for each of theirs. It is a wrapper of functions and a decorator of methods, standard and legacy,
 * on either side of `inputSchema` and `outputSchema`.
 *
 * Each input must be a `NumpyParameterType` that gives a `Tensor`, a `PandasParameterType` or a `SparkParameterType`; the
 * result is a `Tensor`, a `DataFrame`, an array, or an object of these by name. Calls that wait while `run` is busy are run
 * together, where their shapes are alike; nothing waits for others to come.
 *
 * @throws {HostError} `ENTRY_INVALID` if `maxSize` is no whole number in its range, or `run` is marked already, or with
 *   `rawHttp`; where the entry module is loaded, if an input cannot be stacked.
 * @example
 * ```ts
 * export const run = batch({ maxSize: 32 })(
 *   inputSchema('data', new NumpyParameterType([[1, 2]]))(async (data) => (await model.run({ data })).scores));
 * ```
 */
export function batch(options: BatchOptions): MarkDecorator {
  checkOptions(options);
  const { maxSize } = options;
  return runDecorator((run) => {
    const schema = schemaOf(run);
    if (schema.kind === 'raw') refuseRawBatch();
    if (schema.batchRowsMax !== undefined) {
      const fix = 'Leave one of the two out.';
      throw new HostError('ENTRY_INVALID', 'batch(): run() is marked with it already.', { fix });
    }
    return withSchema(run, { ...schema, batchRowsMax: maxSize });
  }, words);
}

/** @throws {HostError} `ENTRY_INVALID` */
export function refuseRawBatch(): never {
  const fix = 'Leave batch() out, or give run() an inputSchema in place of rawHttp.';
  const reason = 'a raw run reads the request itself, and requests cannot be stacked.';
  throw new HostError('ENTRY_INVALID', `run() cannot be marked with both rawHttp and batch: ${reason}`, { fix });
}

/** The compiler tells whoever writes TypeScript; plain JavaScript is told here. */
function checkOptions(options: unknown): asserts options is BatchOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const came = typeof options === 'function' ? 'a function' : shown(options);
    throw invalid(`batch() takes an object with maxSize, got ${came}.`);
  }
  for (const name of Object.keys(options)) {
    if (name === 'maxSize') continue;
    const hint = nearestName(name, ['maxSize']) ? 'did you mean maxSize?' : 'there is maxSize alone.';
    throw invalid(`batch() has no option ${name}: ${hint}`);
  }
  const { maxSize } = options as { maxSize?: unknown };
  if (Number.isInteger(maxSize) && (maxSize as number) >= 1 && (maxSize as number) <= ROWS_MAX) return;
  throw invalid(`The maxSize of batch() must be a whole number of rows from 1 to ${ROWS_MAX}, got ${shown(maxSize)}.`);
}

function invalid(message: string): HostError {
  return new HostError('ENTRY_INVALID', message, { fix: `Say how many rows run() takes at once: ${USE}(run).` });
}
