import { isDeepStrictEqual } from 'node:util';
import type { ColumnType } from '../../data-frame/column.js';
import { DataFrame } from '../../data-frame/data-frame.js';
import { ORIENTS, type Orient } from '../../data-frame/orients.js';
import { HostError } from '../../errors.js';
import type { Tensor } from '../../tensor.js';
import { castFrame, isNumber } from '../frame/cast-frame.js';
import { anyColumn, type ColumnNode } from '../frame/column-node.js';
import type { FrameLike } from '../frame/frame-of.js';
import { frameOfTensor } from '../frame/frame-of-tensor.js';
import { layOutFrame } from '../frame/lay-out-frame.js';
import { readCells } from '../frame/read-cells.js';
import { frameOfResult } from '../frame/result-frame.js';
import { invalidSample, sampleFrame } from '../frame/sample-frame.js';
import type { JsonSchema } from '../json-schema.js';
import type { ParameterType } from '../parameter-type.js';
import { exampleOf } from '../standard/example-of.js';
import { type OrientOptions, orientSchema } from './orient-schema.js';
import { pandasColumn } from './pandas-column.js';
import type { PandasValue } from './pandas-types.js';
import { readOrient } from './read-orient.js';
import { unionOf } from './union-of.js';

/** What a column of a sample may be said to hold: a type of a `DataFrame`'s columns; `category` is text. */
export type PandasDtype = ColumnType | 'category';

/** What the author of an entry module may add to a sample. */
export interface PandasOptions {
  /** The layout in JSON: that of pandas' `to_json()`. Default: records. */
  readonly orient?: Orient;
  /**
   * What columns hold, by name. Default: the types of a DataFrame and of typed arrays; else float64 for numbers, int64
   * for bigints, bool, string, datetime for Dates, and object for what is nothing of these, or of several kinds.
   */
  readonly dtypes?: Readonly<Record<string, PandasDtype>>;
  /** Whether cells are of their column's type. Else a column holds what its values have in common. Default: true. */
  readonly enforceColumnType?: boolean;
  /** Whether a body must have all columns. Else those that it lacks are missing in every row. Default: true. */
  readonly enforceShape?: boolean;
  /**
   * Whether rows of the layout `split` may come without `columns`: they have the sample's then, in its order. Rows of
   * `values` always have; in the other layouts rows come with names, which stay. Default: false.
   */
  readonly applyColumnNames?: boolean;
  /** Whether harmless conversions are made: `"7"` and `true` count as numbers then, 7 as text. Default: false. */
  readonly coerce?: boolean;
}

/**
 * A table as input or output, in one of the layouts that pandas knows; `run` receives a `DataFrame` with the columns of
 * the sample, in its order, typed as there.
 *
 * A body may have any number of rows, and columns that the sample does not have are passed over. Null is let through in
 * columns of floats, strings, dates and spans of time, and in others where the sample has it; it is NaN among floats,
 * else null. Dates are text in RFC 3339, spans of time `P1DT2H0M0S` or `3 days`; a column is never taken for dates
 * because of its name.
 *
 * In the layouts `index` and `columns`, whose rows are members of objects, rows labelled 0, 1, 2, … come in the order of
 * these numbers and before any others, however a body has them: that is how JavaScript keeps members.
 *
 * As an output type it takes a `DataFrame`, an array of records, or an object of columns; what has other columns
 * besides those of the sample is sent with them behind, but for `values`, where they have no name.
 *
 * @example
 * ```ts
 * new PandasParameterType([{ name: 'Sarah', age: 41n, score: 0.5 }]); // string, int64, float64
 * new PandasParameterType({ age: Int32Array.of(41), gap: ['P1D'] }, { orient: 'split', dtypes: { gap: 'timedelta' } });
 * ```
 */
export class PandasParameterType<S extends FrameLike = FrameLike, const O extends PandasOptions = PandasOptions>
  implements ParameterType<PandasValue<S, O>>
{
  readonly jsonSchema: JsonSchema;
  /** For samples of numbers alone: a tensor of two axes, with a column for each of the sample's. */
  readonly fromTensor?: (tensor: Tensor, path: string) => PandasValue<S, O>;
  readonly #orient: Orient;
  readonly #nodes: readonly ColumnNode[];
  readonly #options: OrientOptions;
  /** Columns that the schema of the layout does not say all of. */
  readonly #unchecked: ReadonlySet<ColumnNode>;

  /** @throws {HostError} `ENTRY_INVALID` if the sample is no frame, or cannot be laid out. */
  constructor(sample: S, given?: O) {
    const options: PandasOptions = given ?? {};
    const { orient = 'records', enforceColumnType = true, coerce = false } = options;
    if (!ORIENTS.includes(orient)) {
      const message = `Invalid orient provided, must be one of (${ORIENTS.map((each) => `'${each}'`).join(', ')}).`;
      throw new HostError('ENTRY_INVALID', message);
    }
    const frame = sampleFrame(sample, columnTypes(options.dtypes ?? {}));
    this.#orient = orient;
    this.#options = {
      required: options.enforceShape ?? true,
      applyColumnNames: options.applyColumnNames ?? false,
    };
    this.#nodes = frame.columns.map((name) =>
      enforceColumnType ? pandasColumn(name, frame.columnType(name), frame.column(name), coerce) : anyColumn(name),
    );
    this.#unchecked = uncheckedColumns(orient, this.#nodes);
    this.jsonSchema = {
      ...orientSchema(orient, this.#nodes, frame.index, this.#options),
      example: exampleOfFrame(frame, orient),
    };
    if (this.#nodes.every(({ type }) => isNumber(type))) {
      this.fromTensor = (tensor, path) => this.fromDataFrame(frameOfTensor(tensor, frame.columns, path), path);
    }
  }

  decode(value: unknown, path: string): PandasValue<S, O> {
    const cells = readOrient(value, this.#orient, this.#nodes, path, this.#options);
    const { required } = this.#options;
    const frame = readCells(this.#nodes, cells, { required, isUnchecked: (node) => this.#unchecked.has(node) });
    return frame as PandasValue<S, O>;
  }

  encode(result: unknown): unknown {
    const { required } = this.#options;
    const frame = frameOfResult(result, this.#nodes, { required, keepsOthers: this.#orient !== 'values' });
    return layOutFrame(frame, this.#nodes, this.#orient);
  }

  fromDataFrame(frame: DataFrame, path: string): PandasValue<S, O> {
    const cast = castFrame(frame, this.#nodes, { path, required: this.#options.required, readsObjects: true });
    return cast as PandasValue<S, O>;
  }
}

function columnTypes(dtypes: Readonly<Record<string, PandasDtype>>): Record<string, ColumnType> {
  const entries = Object.entries(dtypes).map(([name, type]) => [name, type === 'category' ? 'string' : type]);
  return Object.fromEntries(entries);
}

/**
 * Where rows are arrays the schema says of a cell what is true of all columns; and a validator passes over the name
 * `__proto__`.
 */
function uncheckedColumns(orient: Orient, nodes: readonly ColumnNode[]): ReadonlySet<ColumnNode> {
  const isPositional = orient === 'split' || orient === 'values';
  const union = unionOf(nodes.map(({ schema }) => schema));
  const isSaid = (node: ColumnNode) =>
    isPositional ? isDeepStrictEqual(union, node.schema) : node.name !== '__proto__';
  return new Set(nodes.filter((node) => !isSaid(node)));
}

function exampleOfFrame(frame: DataFrame, orient: Orient): unknown {
  const isObject = (name: string) => frame.columnType(name) === 'object';
  const columns = frame.columns.map(
    (name) => [name, isObject(name) ? frame.column(name).map(exampleOf as never) : frame.column(name)] as const,
  );
  const types = frame.columns.map((name) => [name, frame.columnType(name)]);
  try {
    const shown = DataFrame.fromColumns(columns, { index: frame.index, types: Object.fromEntries(types) });
    return shown.toOrient(orient);
  } catch (error) {
    throw invalidSample(error);
  }
}
