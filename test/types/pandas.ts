/** Checked by the compiler alone: the columns that `run` finds in its frame are those of the sample. */
import { expectTypeOf } from 'vitest';
import { DataFrame, type FrameColumns, inputSchema, PandasParameterType, type ValueOf } from '../../src/index.js';

const houses = new PandasParameterType([
  { town: 'Bern', area: 80.5, rooms: 3n, sold: new Date(0), garden: true, floor: null, wing: 1n },
  { town: null, area: null, rooms: 4n, sold: null, garden: false, floor: null, wing: null },
]);
inputSchema(
  'houses',
  houses,
)((frame) => {
  expectTypeOf(frame.column('town')).toEqualTypeOf<readonly (string | null)[]>();
  expectTypeOf(frame.column('area')).toEqualTypeOf<Float64Array>();
  expectTypeOf(frame.column('rooms')).toEqualTypeOf<BigInt64Array>();
  expectTypeOf(frame.column('sold')).toEqualTypeOf<readonly (Date | null)[]>();
  expectTypeOf(frame.column('garden')).toEqualTypeOf<readonly boolean[]>();
  expectTypeOf(frame.column('floor')).toEqualTypeOf<readonly unknown[]>();
  expectTypeOf(frame.column('wing')).toEqualTypeOf<readonly (bigint | null)[]>();
  expectTypeOf(frame.select(['area', 'town']).rows()).toEqualTypeOf<{ area: number; town: string | null }[]>();
});

// A dtype goes before what the values say.
const typed = new PandasParameterType([{ area: 1, rooms: 3, floor: null, gap: 'P1D', mark: 'a', plain: 1 }], {
  dtypes: { area: 'float32', rooms: 'uint8', floor: 'int32', gap: 'timedelta', mark: 'category' },
});
type Typed = ValueOf<typeof typed>;
declare const frame: Typed;
expectTypeOf(frame.column('area')).toEqualTypeOf<Float32Array>();
expectTypeOf(frame.column('rooms')).toEqualTypeOf<Uint8Array>();
expectTypeOf(frame.column('floor')).toEqualTypeOf<readonly (number | null)[]>();
expectTypeOf(frame.column('gap')).toEqualTypeOf<readonly (number | null)[]>();
expectTypeOf(frame.column('mark')).toEqualTypeOf<readonly (string | null)[]>();
expectTypeOf(frame.column('plain')).toEqualTypeOf<Float64Array>();

// Rows of several shapes, columns, and a frame itself.
const uneven = new PandasParameterType([{ a: 1n }, { a: 2n, b: 1n }]);
expectTypeOf<ReturnType<ValueOf<typeof uneven>['rows']>>().toEqualTypeOf<{ a: bigint; b: bigint | null }[]>();
const columns = new PandasParameterType({ age: Int32Array.of(41), name: ['Ann'] }, { orient: 'split' });
expectTypeOf<ReturnType<ValueOf<typeof columns>['rows']>>().toEqualTypeOf<{ age: number; name: string | null }[]>();
const unknown = new PandasParameterType(DataFrame.fromColumns({ a: [1] }));
expectTypeOf<ValueOf<typeof unknown>>().toEqualTypeOf<DataFrame>();

// Where a body says what there is, nothing is known.
const loose = new PandasParameterType([{ a: 1 }], { enforceShape: false });
expectTypeOf<ValueOf<typeof loose>>().toEqualTypeOf<DataFrame<FrameColumns>>();
const any: PandasParameterType = houses;
expectTypeOf<ValueOf<typeof any>>().toEqualTypeOf<DataFrame>();
