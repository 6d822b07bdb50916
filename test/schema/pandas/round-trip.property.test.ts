import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../../../src/data-frame/column.js';
import { DataFrame } from '../../../src/data-frame/data-frame.js';
import { ORIENTS } from '../../../src/data-frame/orients.js';
import { type IntegerType, integerRanges } from '../../../src/dtype.js';
import { PandasParameterType } from '../../../src/schema/index.js';
import { writeJson } from '../../../src/schema/json/write.js';
import { readExample, readInput } from '../../support/input-problems.js';

const RUNS = Number(process.env.FUZZ_CASES ?? 25);

const integerTypes = Object.keys(integerRanges) as IntegerType[];
const finite = (options: fc.DoubleConstraints = {}) => fc.double({ noDefaultInfinity: true, ...options });
const plainCell = fc.oneof(finite({ noNaN: true }), fc.string(), fc.boolean());
const day = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

/** A cell of each type, as a frame has it. */
const cells: Readonly<Record<ColumnType, fc.Arbitrary<unknown>>> = {
  ...(Object.fromEntries(integerTypes.map((type) => [type, integer(type)])) as Record<
    IntegerType,
    fc.Arbitrary<unknown>
  >),
  float16: finite()
    .map(Math.fround)
    .filter((value) => !(Math.abs(value) > 65504)),
  float32: fc.float({ noDefaultInfinity: true }),
  float64: finite(),
  bool: fc.boolean(),
  string: fc.string(),
  datetime: day,
  timedelta: fc.integer({ min: -1e14, max: 1e14 }),
  object: fc.oneof(plainCell, fc.array(plainCell), fc.dictionary(fc.constantFrom('k', '__proto__', 'a/b'), plainCell)),
};

function integer(type: IntegerType): fc.Arbitrary<unknown> {
  const { min, max } = integerRanges[type];
  return fc.bigInt({ min, max });
}

const names = fc.oneof(fc.constantFrom('__proto__', 'constructor', '10', '9', 'a/b', '~', ''), fc.string());
const column = (rows: number) =>
  fc
    .constantFrom(...(Object.keys(cells) as ColumnType[]))
    .chain((type) =>
      fc.tuple(fc.constant(type), fc.array(fc.option(cells[type]), { minLength: rows, maxLength: rows })),
    );

/** Texts that look like integers are integers among the labels of a body. */
const labels = (rows: number) => {
  const lengths = { minLength: rows, maxLength: rows };
  return fc.oneof(
    fc.constant(undefined),
    fc.uniqueArray(
      fc.string().map((text) => `r${text}`),
      lengths,
    ),
    fc.uniqueArray(fc.integer(), lengths),
  );
};

const frames = fc.nat({ max: 4 }).chain((rows) =>
  fc
    .tuple(fc.uniqueArray(names, { minLength: 1, maxLength: 6 }), fc.infiniteStream(column(rows)), labels(rows))
    .map(([names, stream, index]) => {
      const columns = [...stream.take(names.length)].map(
        ([type, values], i) => [names[i] as string, values, type] as const,
      );
      return DataFrame.fromColumns(
        columns.map(([name, values]) => [name, values] as const),
        { index, types: Object.fromEntries(columns.map(([name, , type]) => [name, type])) },
      );
    }),
);

/** Columns as they are, rows by their labels: rows in objects come in the order that JavaScript has for their keys. */
function contents(frame: DataFrame): unknown {
  const rows = frame.rows();
  return {
    columns: frame.columns.map((name) => [name, frame.columnType(name), frame.column(name).constructor.name]),
    rows: new Map(frame.index.map((label, row) => [label, frame.columns.map((name) => rows[row]?.[name])])),
  };
}

describe.each(ORIENTS)('a sample of anything, sent as %s,', (orient) => {
  const keepsLabels = !['records', 'values'].includes(orient);
  const samples = orient === 'table' ? frames.filter((frame) => !frame.columns.includes('index')) : frames;
  const expected = (frame: DataFrame) =>
    keepsLabels ? frame : DataFrame.fromColumns(entries(frame), { types: typesOf(frame) });

  it('is taken, and read back as it is', () => {
    fc.assert(
      fc.property(samples, (frame) => {
        const read = readExample(new PandasParameterType(frame, { orient }), writeJson);
        expect(contents(read)).toEqual(contents(expected(frame)));
      }),
      { numRuns: RUNS },
    );
  });

  it('is written as a result, and taken as an input', () => {
    fc.assert(
      fc.property(samples, (frame) => {
        const type = new PandasParameterType(frame, { orient });
        expect(contents(readInput(type, writeJson(type.encode(frame))))).toEqual(contents(expected(frame)));
        if (!keepsLabels) return;
        expect(contents(type.fromDataFrame(frame, ''))).toEqual(contents(frame));
      }),
      { numRuns: RUNS },
    );
  });
});

function entries(frame: DataFrame) {
  return frame.columns.map((name) => [name, frame.column(name)] as const);
}

function typesOf(frame: DataFrame) {
  return Object.fromEntries(frame.columns.map((name) => [name, frame.columnType(name)]));
}
