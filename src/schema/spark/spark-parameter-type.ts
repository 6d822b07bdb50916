import type { DataFrame } from '../../data-frame/data-frame.js';
import type { Tensor } from '../../tensor.js';
import { castFrame, isNumber } from '../frame/cast-frame.js';
import { anyColumn, type ColumnNode, cellValidator } from '../frame/column-node.js';
import type { FrameLike } from '../frame/frame-of.js';
import { frameOfTensor } from '../frame/frame-of-tensor.js';
import { layOutFrame } from '../frame/lay-out-frame.js';
import { readCells } from '../frame/read-cells.js';
import { frameOfResult } from '../frame/result-frame.js';
import { invalidSample, sampleFrame } from '../frame/sample-frame.js';
import type { JsonSchema } from '../json-schema.js';
import { recordSchema } from '../pandas/orient-schema.js';
import { readOrient } from '../pandas/read-orient.js';
import type { ParameterType } from '../parameter-type.js';
import { columnTypeOf, sparkColumn } from './spark-column.js';
import { parseSparkDtype, type SparkDtype, sparkDtypeOf } from './spark-dtype.js';

/** What the author of an entry module may add to a sample. */
export interface SparkOptions {
  /** Whether rows have all fields of the sample, of its types. Else fields may be missing, and anything. Default: true. */
  readonly applySampleSchema?: boolean;
  /**
   * The types of columns, by name: see {@link SparkDtype}. Default: double for numbers, long for bigints, boolean,
   * string, timestamp for Dates, binary for Buffers, arrays, maps for Maps, structs for objects; of typed arrays theirs.
   */
  readonly dtypes?: Readonly<Record<string, SparkDtype>>;
}

/**
 * A table as input or output, sent as a list of rows; `run` receives a `DataFrame` with the columns of the sample, in its
 * order. The types are those of Spark, for entry modules that were written for it.
 *
 * Each row must have all fields; others are passed over. Null is let through in columns of floats, strings and dates, and
 * in others where the sample has it; it is NaN among floats, else null. Decimals come as numbers, dates as `Date` of their
 * midnight in UTC, binary as `Buffer` from base64, maps as `Map`.
 *
 * @example
 * ```ts
 * new SparkParameterType([{ name: 'Sarah', state: 'WA' }]);
 * new SparkParameterType([{ id: 1, tags: ['a'], born: '2020-01-02' }], { dtypes: { id: 'integer', born: 'date' } });
 * ```
 */
export class SparkParameterType implements ParameterType<DataFrame> {
  readonly jsonSchema: JsonSchema;
  /** For samples of numbers alone: a tensor of two axes, with a column for each of the sample's. */
  readonly fromTensor?: (tensor: Tensor, path: string) => DataFrame;
  readonly #nodes: readonly ColumnNode[];
  readonly #required: boolean;

  /** @throws {HostError} `ENTRY_INVALID` if the sample is no frame, or has a column of no type of Spark. */
  constructor(sample: FrameLike, { applySampleSchema = true, dtypes = {} }: SparkOptions = {}) {
    const [frame, nodes] = typedSample(sample, dtypes);
    this.#nodes = applySampleSchema ? nodes : frame.columns.map(anyColumn);
    this.#required = applySampleSchema;
    this.jsonSchema = {
      type: 'array',
      items: recordSchema(this.#nodes, this.#required),
      example: layOutFrame(frame, nodes, 'records'),
    };
    if (this.#nodes.every(({ type }) => isNumber(type))) {
      this.fromTensor = (tensor, path) => this.fromDataFrame(frameOfTensor(tensor, frame.columns, path), path);
    }
  }

  decode(value: unknown, path: string): DataFrame {
    const options = { required: this.#required, applyColumnNames: false };
    const cells = readOrient(value, 'records', this.#nodes, path, options);
    // A validator passes over this one name.
    return readCells(this.#nodes, cells, {
      required: this.#required,
      isUnchecked: ({ name }) => name === '__proto__',
    });
  }

  encode(result: unknown): unknown {
    const frame = frameOfResult(result, this.#nodes, { required: this.#required, keepsOthers: true });
    return layOutFrame(frame, this.#nodes, 'records');
  }

  fromDataFrame(frame: DataFrame, path: string): DataFrame {
    return castFrame(frame, this.#nodes, { path, required: this.#required, readsObjects: true });
  }
}

function typedSample(
  sample: FrameLike,
  dtypes: Readonly<Record<string, SparkDtype>>,
): [DataFrame, readonly ColumnNode[]] {
  const given = new Map(Object.entries(dtypes));
  for (const dtype of given.values()) parseSparkDtype(dtype);
  const read = sampleFrame(sample, typesOf(given));
  const known = new Map(
    read.columns.map((name) => {
      const cells = cellsOf(read, name);
      return [name, given.get(name) ?? sparkDtypeOf(name, read.columnType(name), cells)] as const;
    }),
  );
  const frame = sampleFrame(read, typesOf(known));
  const nodes = [...known].map(([name, dtype]) => sparkColumn(name, dtype, cellsOf(frame, name)));
  for (const node of nodes) if (node.type === 'object') refuseCells(node, cellsOf(frame, node.name));
  return [frame, nodes];
}

/** What is inside of arrays, maps and structs, a frame does not look at. */
function refuseCells(node: ColumnNode, cells: readonly unknown[]): void {
  for (const [row, cell] of cells.entries()) {
    const [problem] = cellValidator(node)(cell === null ? null : node.toJson?.(cell), { onlyFirst: true });
    if (!problem) continue;
    const { path, message } = problem;
    throw invalidSample(new Error(`Cannot read column '${node.name}': row ${row}${path && `, ${path}`}: ${message}.`));
  }
}

function cellsOf(frame: DataFrame, name: string): unknown[] {
  return Array.from(frame.column(name) as ArrayLike<unknown>);
}

function typesOf(dtypes: ReadonlyMap<string, SparkDtype>) {
  return Object.fromEntries([...dtypes].map(([name, dtype]) => [name, columnTypeOf(dtype)]));
}
