import type { Dtype } from '../dtype.js';
import { HostError } from '../errors.js';
import { nearestName } from '../nearest-name.js';
import type { TypedTensor } from '../tensor.js';
import { type Column, type ColumnType, type ColumnValues, readColumn } from './column.js';
import { columnsTensor } from './columns-tensor.js';
import { type FrameParts, layOut, type Orient, type Row, type RowLabel, setMember } from './orients.js';

export interface DataFrameOptions {
  /** Row labels. Default: 0, 1, 2, … */
  readonly index?: readonly RowLabel[] | undefined;
  /** What columns hold, where it is not to be found out from their values. */
  readonly types?: Readonly<Record<string, ColumnType>> | undefined;
}

export interface RowsOptions extends DataFrameOptions {
  /** The columns to take, in order. Default: every key of every row, in the order of appearance, and all in `types`. */
  readonly columns?: readonly string[] | undefined;
}

/** What the compiler knows of a frame: the values of each column. */
export type FrameColumns = Readonly<Record<string, ColumnValues>>;

/** A row of a frame whose columns are known. */
export type RowOf<C extends FrameColumns> = { -readonly [Name in keyof C]: C[Name][number] };

/**
 * A table with named, typed columns and labelled rows. It cannot be changed; the arrays of its columns must not be.
 *
 * @typeParam C - The columns, where something says what they are: a sample does. Default: any names, any values.
 * @example
 * ```ts
 * const frame = DataFrame.fromColumns({ age: Int32Array.of(41, 37), name: ['Ann', 'Bob'] });
 * frame.column('age'); // Int32Array [41, 37]
 * frame.toTensor(['age']); // float32, shape [2, 1]
 * ```
 */
export class DataFrame<C extends FrameColumns = FrameColumns> {
  /** @internal A bundler gives a class that refers to itself another name: this one is shown where a frame is printed. */
  static readonly name: string = 'DataFrame';
  readonly columns: readonly string[];
  /** Row labels. */
  readonly index: readonly RowLabel[];
  readonly #columns: ReadonlyMap<string, Column>;

  private constructor({ columns, index }: FrameParts) {
    this.#columns = columns;
    this.columns = Object.freeze([...columns.keys()]);
    this.index = index;
  }

  /**
   * A frame from the values of its columns, all of one length.
   *
   * Typed arrays are kept, not copied, and keep their type. Else what a column holds is what its values have in common:
   * numbers are float64 (a plain number is a float), bigints int64, booleans bool, strings string, Dates datetime,
   * anything else or of several kinds object. `null` and `undefined` are missing values: NaN among floats, else null.
   *
   * @param columns - An object, or pairs of name and values, which keep their order where names look like numbers.
   * @throws {HostError} `INPUT_INVALID` for values that are not of their type, other lengths, and repeated names.
   */
  static fromColumns(
    columns: Readonly<Record<string, ColumnValues>> | Iterable<readonly [string, ColumnValues]>,
    options: DataFrameOptions = {},
  ): DataFrame {
    const entries = Symbol.iterator in columns ? [...columns] : Object.entries(columns);
    const names = new Set(entries.map(([name]) => name));
    const types = new Map(Object.entries(options.types ?? {}));
    for (const name of types.keys()) if (!names.has(name)) throw noColumn(name, [...names]);
    const first = entries[0];
    const length = options.index?.length ?? first?.[1].length ?? 0;
    const read = new Map<string, Column>();
    for (const [name, values] of entries) {
      if (read.has(name)) throw invalid(`two columns are named '${name}'`);
      if (values.length !== length) {
        const against = options.index ? 'labels' : `values as column '${first?.[0]}' has`;
        throw invalid(`column '${name}' has ${values.length} values, expected ${length}, as many ${against}`);
      }
      read.set(name, readColumn(name, values, types.get(name)));
    }
    return new DataFrame({ columns: read, index: readIndex(options.index, length) });
  }

  /**
   * A frame from rows: objects by column name. What a row lacks is missing. Types are found as by
   * {@link DataFrame.fromColumns}.
   *
   * @throws {HostError} `INPUT_INVALID` for values that are not of their type, and rows that are no objects.
   */
  static fromRows(rows: readonly Readonly<Row>[], options: RowsOptions = {}): DataFrame {
    rows.forEach((row, i) => {
      if (typeof row !== 'object' || row === null || Array.isArray(row)) throw invalid(`row ${i} is no object`);
    });
    const names = options.columns ?? [...new Set([...rows, options.types ?? {}].flatMap(Object.keys))];
    const columns = names.map((name) => {
      const values = rows.map((row) => (Object.hasOwn(row, name) ? row[name] : null));
      return [name, values] as const;
    });
    const index = options.index ?? rows.map((_, i) => i);
    if (index.length !== rows.length) throw invalid(`${rows.length} rows have ${index.length} labels`);
    return DataFrame.fromColumns(columns, { index, types: options.types });
  }

  /** Rows. */
  get length(): number {
    return this.index.length;
  }

  /**
   * The values of a column.
   *
   * Numbers are in the typed array of the column's type (int64: `BigInt64Array`; float16: its numbers in a
   * `Float32Array`), where what is missing among floats is NaN. Integers of which some are missing, booleans, strings,
   * Dates, spans of time (milliseconds) and anything else are in a plain array, with null for what is missing.
   *
   * @throws {HostError} `INPUT_INVALID` for an unknown name, naming the nearest.
   */
  column<Name extends keyof C & string>(name: Name): C[Name];
  column(name: string): ColumnValues;
  column(name: string): ColumnValues {
    return this.#column(name).values;
  }

  /**
   * What a column holds.
   *
   * @throws {HostError} `INPUT_INVALID` for an unknown name, naming the nearest.
   */
  columnType(name: string): ColumnType {
    return this.#column(name).type;
  }

  /** The row at a position, counted from 0, by column name; `undefined` past the last. */
  row(position: number): RowOf<C> | undefined {
    return position in this.index ? this.#row(position) : undefined;
  }

  /** All rows, by column name. Values are as {@link DataFrame.column} has them. */
  rows(): RowOf<C>[] {
    return this.index.map((_, position) => this.#row(position));
  }

  /**
   * A frame of some of the columns, in the order given.
   *
   * @throws {HostError} `INPUT_INVALID` for an unknown name, naming the nearest, and for a repeated one.
   */
  select<Name extends keyof C & string>(names: readonly Name[]): DataFrame<Pick<C, Name>>;
  select(names: readonly string[]): DataFrame;
  select(names: readonly string[]): DataFrame {
    const columns = new Map(names.map((name) => [name, this.#column(name)]));
    if (columns.size < names.length) throw invalid(`a column is selected twice: ${names.join(', ')}`);
    return new DataFrame({ columns, index: this.index });
  }

  /**
   * The columns as a tensor of shape `[length, names.length]`, row by row.
   *
   * Floats may lose digits to narrower floats; integers and booleans must be exact; what is missing is NaN in floats.
   * Nothing becomes an integer but integers and booleans. `'string'` takes columns of strings.
   *
   * @param names - Default: all columns.
   * @throws {HostError} `INPUT_INVALID` naming the column that does not fit, and the row.
   */
  toTensor<D extends Dtype = 'float32'>(
    names: readonly string[] = this.columns,
    type: D = 'float32' as D,
  ): TypedTensor<D> {
    const tensor = columnsTensor(
      names.map((name) => [name, this.#column(name)]),
      this.length,
      type,
    );
    return tensor as TypedTensor<D>;
  }

  /**
   * The frame as plain values in a layout of pandas' `to_json()`. Dates and spans of time are ISO 8601 text, what is
   * missing or no finite number is null.
   *
   * @throws {HostError} `RESULT_INVALID` if the layout needs labels or names that are unique, and they are not.
   */
  toOrient(orient: Orient): unknown {
    return layOut({ columns: this.#columns, index: this.index }, orient);
  }

  /** Records: a frame that `run` returns is sent as an array of rows. */
  toJSON(): unknown {
    return this.toOrient('records');
  }

  #column(name: string): Column {
    const column = this.#columns.get(name);
    if (column === undefined) throw noColumn(name, this.columns);
    return column;
  }

  #row(position: number): RowOf<C> {
    const row: Row = {};
    for (const [name, { values }] of this.#columns) setMember(row, name, values[position]);
    return row as RowOf<C>;
  }
}

function readIndex(given: readonly RowLabel[] | undefined, length: number): readonly RowLabel[] {
  const labels = given ? [...given] : Array.from({ length }, (_, i) => i);
  const wrong = labels.findIndex((label) => typeof label !== 'string' && !Number.isFinite(label));
  if (wrong >= 0) throw invalid(`the label of row ${wrong} is neither a string nor a number`);
  return Object.freeze(labels);
}

function invalid(problem: string): HostError {
  return new HostError('INPUT_INVALID', `Cannot make a data frame: ${problem}.`);
}

/** Columns that a message names, and characters of each. */
const COLUMNS_SHOWN_MAX = 20;
const NAME_CHARACTERS_MAX = 64;

function noColumn(name: string, columns: readonly string[]): HostError {
  const known = columns.slice(0, COLUMNS_SHOWN_MAX).map(cut);
  const more = columns.length > COLUMNS_SHOWN_MAX ? ', …' : '';
  const nearest = nearestName(name, columns);
  const hint = nearest === undefined ? '.' : `; did you mean '${nearest}'?`;
  const message = `There is no column '${cut(name)}': the frame has ${known.join(', ') || 'no columns'}${more}${hint}`;
  return new HostError('INPUT_INVALID', message);
}

function cut(name: string): string {
  return name.length > NAME_CHARACTERS_MAX ? `${name.slice(0, NAME_CHARACTERS_MAX)}…` : name;
}
