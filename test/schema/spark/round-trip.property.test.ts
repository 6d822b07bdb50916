import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SparkParameterType } from '../../../src/schema/index.js';
import { writeJson } from '../../../src/schema/json/write.js';
import type { SparkDtype } from '../../../src/schema/spark/spark-dtype.js';
import { readExample, readInput } from '../../support/input-problems.js';

const RUNS = Number(process.env.FUZZ_CASES ?? 100);

/** A type, and values of it as `run` receives them. */
interface Typed {
  readonly dtype: SparkDtype;
  readonly cell: fc.Arbitrary<unknown>;
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const moment = { min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true };
const days = fc.date(moment).map((date) => new Date(date.setUTCHours(0, 0, 0, 0)));
const scalar = fc.constantFrom<Typed>(
  { dtype: 'byte', cell: fc.integer({ min: -128, max: 127 }) },
  { dtype: 'short', cell: fc.integer({ min: -32768, max: 32767 }) },
  { dtype: 'integer', cell: fc.integer() },
  { dtype: 'long', cell: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { dtype: 'double', cell: finite },
  { dtype: 'decimal', cell: finite },
  { dtype: 'boolean', cell: fc.boolean() },
  { dtype: 'string', cell: fc.string() },
  { dtype: 'binary', cell: fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)) },
  { dtype: 'date', cell: days },
  { dtype: 'timestamp', cell: fc.date(moment) },
);
const keys = fc.constantFrom('k', 'constructor', 'a/b', '');
const typed = fc.letrec<{ any: Typed }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    tie('any').map(({ dtype, cell }) => ({
      dtype: [dtype] as const,
      cell: fc.array(fc.option(cell), { maxLength: 3 }),
    })),
    tie('any').map(({ dtype, cell }) => ({
      dtype: { '*': dtype },
      cell: fc.array(fc.tuple(keys, fc.option(cell)), { maxLength: 3 }).map((entries) => new Map(entries)),
    })),
    fc.dictionary(keys, tie('any'), { maxKeys: 3 }).map((fields) => ({
      dtype: Object.fromEntries(Object.entries(fields).map(([name, { dtype }]) => [name, dtype])),
      cell: fc.record(Object.fromEntries(Object.entries(fields).map(([name, { cell }]) => [name, fc.option(cell)]))),
    })),
  ),
})).any;

const names = fc.oneof(fc.constantFrom('__proto__', 'constructor', '10', 'a/b'), fc.string());
const samples = fc
  .tuple(
    fc.uniqueArray(names, { minLength: 1, maxLength: 4 }),
    fc.array(typed, { minLength: 4, maxLength: 4 }),
    fc.nat(3),
  )
  .chain(([names, types, rows]) =>
    fc.record({
      dtypes: fc.constant(Object.fromEntries(names.map((name, i) => [name, (types[i] as Typed).dtype]))),
      columns: fc
        .tuple(
          ...names.map((_, i) => fc.array(fc.option((types[i] as Typed).cell), { minLength: rows, maxLength: rows })),
        )
        .map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i] as unknown[]]))),
    }),
  );

/** A Map is written in the order of its entries, and read in that of an object's members. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return { map: Object.fromEntries([...value].map(([key, item]) => [key, plain(item)])) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

it('a sample of any Spark types is taken, read back as it is, and written as a result', () => {
  fc.assert(
    fc.property(samples, ({ columns, dtypes }) => {
      const type = new SparkParameterType(columns, { dtypes });
      const frame = readExample(type, writeJson);
      for (const [name, cells] of Object.entries(columns)) {
        const isFloat = frame.columnType(name) === 'float64';
        const expected = cells.map((cell) => (isFloat && cell === null ? Number.NaN : plain(cell)));
        expect(Array.from(frame.column(name) as unknown[], plain)).toEqual(expected);
      }
      const again = readInput(type, writeJson(type.encode(columns)));
      expect(plain(again.rows())).toEqual(plain(frame.rows()));
      expect(plain(type.fromDataFrame(frame, '').rows())).toEqual(plain(frame.rows()));
    }),
    { numRuns: RUNS },
  );
});
