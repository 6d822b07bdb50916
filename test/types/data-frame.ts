/** Checked by the compiler alone: what is known of a frame's columns is known of all that is taken from it. */
import { expectTypeOf } from 'vitest';
import { type ColumnValues, DataFrame, type Row, type TypedTensor } from '../../src/index.js';

declare const houses: DataFrame<{ area: Float64Array; town: readonly (string | null)[] }>;
expectTypeOf(houses.column('area')).toEqualTypeOf<Float64Array>();
expectTypeOf(houses.row(0)).toEqualTypeOf<{ area: number; town: string | null } | undefined>();
expectTypeOf(houses.rows()).toEqualTypeOf<{ area: number; town: string | null }[]>();
expectTypeOf(houses.select(['town']).rows()).toEqualTypeOf<{ town: string | null }[]>();
// A name that is found out at run time may be any.
expectTypeOf(houses.columns.map((name) => houses.column(name))).toEqualTypeOf<ColumnValues[]>();
expectTypeOf(houses.select(houses.columns)).toEqualTypeOf<DataFrame>();

// The type of a tensor's elements is asked for.
expectTypeOf(houses.toTensor(houses.columns)).toEqualTypeOf<TypedTensor<'float32'>>();
expectTypeOf(houses.toTensor(['area'], 'int64').data).toEqualTypeOf<BigInt64Array>();

// Whatever the columns are, it is a frame; of a frame alone nothing is known.
const frame: DataFrame = houses;
expectTypeOf(frame.column('anything')).toEqualTypeOf<ColumnValues>();
expectTypeOf(frame.rows()).toEqualTypeOf<Row[]>();
expectTypeOf(DataFrame.fromColumns({ a: [1] })).toEqualTypeOf<DataFrame>();
