import type { ColumnValues } from '../../data-frame/column.js';
import type { DataFrame, FrameColumns } from '../../data-frame/data-frame.js';
import type { FrameLike } from '../frame/frame-of.js';

/** What `run` receives, worked out by the compiler from a sample and its options. */
export type PandasValue<S, O> = DataFrame<ColumnsOfSample<S, O>>;

type ColumnsOfSample<S, O> = FrameLike extends S
  ? FrameColumns
  : O extends { readonly enforceColumnType: false } | { readonly enforceShape: false }
    ? FrameColumns // what a body has, or lacks
    : S extends DataFrame<infer C>
      ? Columns<C, O>
      : S extends readonly (infer Row)[]
        ? Columns<{ readonly [Name in NameIn<Row>]: readonly CellIn<Row, Name>[] }, O>
        : Columns<S, O>;

/** Rows of several shapes have the columns of all; where a row has no such cell it is missing. */
type NameIn<Row> = Row extends object ? keyof Row : never;
type CellIn<Row, Name> = Row extends object ? (Name extends keyof Row ? Row[Name] : null) : never;

type Columns<C, O> = {
  readonly [Name in keyof C & string]: C[Name] extends ColumnValues ? ColumnOf<C[Name], DtypeFor<Name, O>> : never;
};
type DtypeFor<Name extends string, O> = O extends { readonly dtypes: { readonly [N in Name]: infer D } }
  ? D
  : undefined;

/** A column by the values of the sample, and the dtype if there is one. */
type ColumnOf<Values extends ColumnValues, D> = D extends keyof Nullable
  ? Nullable[D]
  : D extends keyof Integers
    ? OrPlain<Integers[D], Values[number]>
    : D extends 'bool'
      ? OrPlain<readonly boolean[], Values[number]>
      : D extends 'object'
        ? readonly unknown[]
        : Values extends readonly (infer V)[]
          ? ColumnOfCells<V>
          : Values;

type ColumnOfCells<V> = [NonNullable<V>] extends [never]
  ? readonly unknown[]
  : [NonNullable<V>] extends [number]
    ? Nullable['float64']
    : [NonNullable<V>] extends [bigint]
      ? OrPlain<BigInt64Array, V>
      : [NonNullable<V>] extends [boolean]
        ? OrPlain<readonly boolean[], V>
        : [NonNullable<V>] extends [string]
          ? Nullable['string']
          : [NonNullable<V>] extends [Date]
            ? Nullable['datetime']
            : readonly unknown[];

/** Columns that may lack a value whatever the sample has. */
interface Nullable {
  readonly float16: Float32Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly string: readonly (string | null)[];
  readonly category: readonly (string | null)[];
  readonly datetime: readonly (Date | null)[];
  readonly timedelta: readonly (number | null)[];
}

interface Integers {
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly uint8: Uint8Array;
  readonly uint16: Uint16Array;
  readonly uint32: Uint32Array;
  readonly uint64: BigUint64Array;
}

/** Integers and booleans may be missing where one is in the sample. */
type OrPlain<Whole extends ColumnValues, V> = [Extract<V, null | undefined>] extends [never]
  ? Whole
  : readonly (Whole[number] | null)[];
