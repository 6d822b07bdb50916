import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { ColumnType } from '../../../src/data-frame/column.js';
import type { DataFrame } from '../../../src/data-frame/data-frame.js';
import { HostError } from '../../../src/errors.js';
import { arrowToTensor, readArrow } from '../../../src/schema/arrow.js';

/** More for a long search: `FUZZ_CASES=500000 vitest run test/schema/arrow`. */
const CASES = Number(process.env.FUZZ_CASES ?? 3_000);

const fixture = (name: string) => readFileSync(fileURLToPath(new URL(`../../fixtures/arrow/${name}`, import.meta.url)));
const stream = (name: string) => fixture(`${name}.arrows`);

/** Every column with its type. */
function contents(frame: DataFrame): Record<string, [ColumnType, unknown]> {
  return Object.fromEntries(frame.columns.map((name) => [name, [frame.columnType(name), frame.column(name)]]));
}

function assertRefused(
  bytes: Uint8Array,
  problem: string,
  read: (bytes: Uint8Array, path: string) => unknown = readArrow,
) {
  const message = `expected an Arrow IPC stream, but ${problem}`;
  assert.throws(() => read(bytes, '/data'), {
    name: 'HostError',
    code: 'INPUT_INVALID',
    message: `/data: ${message}.`,
    details: [{ path: '/data', message }],
  });
}

describe('readArrow() of what pyarrow wrote', () => {
  it('reads integers of every width', () => {
    assert.deepEqual(contents(readArrow(stream('integers'))), {
      int8: ['int8', Int8Array.of(-128, 127)],
      int16: ['int16', Int16Array.of(-32768, 32767)],
      int32: ['int32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
      int64: ['int64', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)],
      uint8: ['uint8', Uint8Array.of(0, 255)],
      uint16: ['uint16', Uint16Array.of(0, 65535)],
      uint32: ['uint32', Uint32Array.of(0, 2 ** 32 - 1)],
      uint64: ['uint64', BigUint64Array.of(0n, 2n ** 64n - 1n)],
    });
  });

  it('reads what is missing among integers as null', () => {
    const frame = readArrow(stream('integers-missing'));
    for (const name of frame.columns) {
      assert.deepEqual([frame.columnType(name), frame.column(name)], [name, [name.endsWith('64') ? 1n : 1, null]]);
    }
    assert.equal(frame.columns.length, 8);
  });

  it('reads what is missing among floats as NaN', () => {
    assert.deepEqual(contents(readArrow(stream('floats'))), {
      half: ['float16', Float32Array.of(1.5, 65504, Number.NaN)],
      single: ['float32', Float32Array.of(0.1, Number.POSITIVE_INFINITY, Number.NaN)],
      double: ['float64', Float64Array.of(0.1, Number.NaN, Number.NaN)],
    });
  });

  it('reads booleans, text and bytes', () => {
    const text = ['ä', null, '', '😀', 'a', 'b', 'c', 'd', 'e'];
    assert.deepEqual(contents(readArrow(stream('plain'))), {
      bool: ['bool', [true, null, false, true, true, false, true, false, true]],
      text: ['string', text],
      large: ['string', text],
      bytes: ['object', [Uint8Array.of(0, 255), null, ...Array.from({ length: 7 }, () => new Uint8Array())]],
      null: ['object', new Array(9).fill(null)],
    });
  });

  it('reads points and spans of time in every unit', () => {
    const dates = (...texts: (string | null)[]) => ['datetime', texts.map((text) => text && new Date(text))];
    const spans = ['timedelta', [93_600_000, null, -1_000]];
    assert.deepEqual(contents(readArrow(stream('times'))), {
      date32: dates('2020-01-02', null, '1969-12-31'),
      date64: dates('2020-01-02', null, '1969-12-31'),
      stamp_s: dates('2020-01-02T03:04:05Z', null, '1970-01-01T00:00:00Z'),
      stamp_ms: dates('2020-01-02T03:04:05.678Z', null, '1970-01-01T00:00:00.000Z'),
      stamp_us: dates('2020-01-02T03:04:05.678Z', null, '1969-12-31T23:59:59.999Z'),
      stamp_ns: dates('2020-01-02T03:04:05.678Z', null, '1969-12-31T23:59:59.999Z'),
      naive: dates('2020-01-02T00:00:00Z', null, null),
      span_s: spans,
      span_ms: spans,
      span_us: spans,
      span_ns: spans,
    });
  });

  it('reads lists and structs', () => {
    assert.deepEqual(contents(readArrow(stream('nested'))), {
      list: ['object', [[1n, 2n], null, [], [3n]]],
      large: ['object', [['a'], null, [], ['b', null]]],
      fixed: ['object', [[1.5, 2.5], null, [3, 4], [5, 6]]],
      struct: ['object', [{ a: 1, b: { c: ['x'] } }, null, { a: null, b: null }, { a: 2, b: { c: null } }]],
    });
  });

  it('reads dictionaries, and those that grow', () => {
    assert.deepEqual(contents(readArrow(stream('dictionary'))), {
      c: ['string', ['b', 'a', null, 'b']],
      n: ['int16', Int16Array.of(7, 8, 7, 7)],
    });
    assert.deepEqual(contents(readArrow(stream('deltas'))), { c: ['string', ['a', 'b', 'c', 'a']] });
  });

  it('reads several batches as one frame', () => {
    const frame = readArrow(stream('batches'));
    assert.deepEqual(contents(frame), {
      n: ['int32', [1, 2, 3, null, 5]],
      x: ['float32', Float32Array.of(0.5, 1, 2, 3, 4)],
      s: ['string', ['a', 'b', 'c', 'd', 'e']],
    });
    assert.equal(frame.length, 5);
  });

  it('reads a part of a table', () => {
    assert.deepEqual(readArrow(stream('sliced')).toOrient('values'), [
      [2, 1, 'b'],
      [3, 2, 'c'],
      [null, 3, 'd'],
    ]);
  });

  it.each(['no-rows', 'no-batches'])('reads columns of a type without values: %s', (name) => {
    const frame = readArrow(stream(name));
    assert.deepEqual(contents(frame), {
      n: ['int32', new Int32Array()],
      x: ['float32', new Float32Array()],
      s: ['string', []],
    });
    assert.equal(frame.length, 0);
  });

  it('takes the row labels of pandas for the index', () => {
    const frame = readArrow(stream('pandas'));
    assert.deepEqual(
      [frame.columns, frame.index],
      [
        ['a', 's'],
        ['r1', 'r2'],
      ],
    );
  });

  const known = 'null, int, float, bool, utf8, binary, date, timestamp, duration, list, struct and dictionary are';

  it.each([
    ['lz4', 'its buffers are compressed: write the stream without compression'],
    ['zstd', 'its buffers are compressed: write the stream without compression'],
    ['decimal', `'c' is of type decimal, which is not read: ${known}`],
    ['view', `'c' is of type utf8_view, which is not read: ${known}`],
    ['map', `'c' is of type map, which is not read: ${known}`],
    ['union', `'c' is of type union, which is not read: ${known}`],
    ['twice', "two columns are named 'c'"],
  ])('refuses %s', (name, problem) => assertRefused(stream(name), problem));

  it('refuses a file', () => assertRefused(fixture('file.arrow'), 'it is an Arrow file: write it as a stream'));
});

describe('arrowToTensor()', () => {
  it('reads lists of a fixed length as axes', () => {
    const tensor = arrowToTensor(stream('tensor'));
    assert.deepEqual([tensor.type, tensor.dims], ['float32', [2, 2, 3]]);
    assert.deepEqual(
      tensor.data,
      Float32Array.from({ length: 12 }, (_, i) => i),
    );
  });

  it('reads booleans', () => {
    const tensor = arrowToTensor(stream('tensor-bool'));
    assert.deepEqual([tensor.type, tensor.dims, tensor.data], ['bool', [2, 3], Uint8Array.of(1, 0, 1, 0, 1, 1)]);
  });

  const one = (vector: arrow.Vector) => arrow.tableToIPC(new arrow.Table({ c: vector }), 'stream');

  it('reads a column as a tensor of rank 1', () => {
    const missing = arrow.vectorFromArray([1, null], new arrow.Float64());
    assert.deepEqual(arrowToTensor(one(missing)).data, Float64Array.of(1, Number.NaN));
    const text = arrowToTensor(one(arrow.vectorFromArray(['b', 'a', 'b'])));
    assert.deepEqual([text.type, text.dims, text.data], ['string', [3], ['b', 'a', 'b']]);
    const codes = new arrow.Dictionary(new arrow.Int16(), new arrow.Int8());
    assert.deepEqual(arrowToTensor(one(arrow.vectorFromArray([7, 8, 7], codes))).data, Int16Array.of(7, 8, 7));
  });

  it.each<[string, Uint8Array, string]>([
    ['several columns', stream('batches'), 'it has 3 columns, a tensor has one'],
    ['missing lists', stream('tensor-missing-list'), "a list in 'c' is missing, which a tensor cannot hold"],
    [
      'lists of any length',
      one(arrow.vectorFromArray([[1], [1, 2]])),
      "the column 'c' holds no numbers, which is no tensor",
    ],
    ['dates', one(arrow.vectorFromArray([new Date()])), "the column 'c' holds datetime, which is no tensor"],
    [
      'missing integers',
      one(arrow.vectorFromArray([1, null], new arrow.Int8())),
      "the column 'c' of int8 has missing values",
    ],
    [
      'missing text',
      one(arrow.vectorFromArray(['a', null], new arrow.Utf8())),
      "the column 'c' of string has missing values",
    ],
  ])('refuses %s', (_, bytes, problem) => assertRefused(bytes, problem, arrowToTensor));

  it('refuses endless lists of nothing', () => {
    const empty = arrow.makeData({ type: new arrow.Float32(), length: 0, nullCount: 0, data: new Float32Array() });
    const type = new arrow.FixedSizeList(0, new arrow.Field('item', new arrow.Float32(), true));
    const vector = arrow.makeVector(arrow.makeData({ type, length: 5_000_000, nullCount: 0, child: empty }));
    assertRefused(one(vector), 'shape (5000000, 0) has more than 1000000 places for nothing', arrowToTensor);
  });
});

describe('broken streams', () => {
  const bytes = stream('batches');

  it.each<[string, Uint8Array, string]>([
    ['nothing', Buffer.alloc(0), 'it has no schema'],
    ['only an end', Buffer.from('ffffffff00000000', 'hex'), 'it has no schema'],
    ['text', Buffer.from('{"data": [[1, 2]]}'), 'a message does not start with ff ff ff ff'],
    ['a few bytes', bytes.subarray(0, 7), 'it ends within a message'],
    ['half a schema', bytes.subarray(0, 100), 'it ends within a message'],
    ['half a batch', bytes.subarray(0, bytes.length - 20), 'it ends within the body of a message'],
    ['bytes behind the end', Buffer.concat([bytes, Buffer.of(0)]), 'it has 1 bytes behind its end'],
    [
      'a second schema',
      Buffer.concat([bytes.subarray(0, -8), bytes]),
      'it has a message that is neither a batch nor a dictionary',
    ],
    ['no schema', bytes.subarray(8 + bytes.readInt32LE(4)), 'it does not start with a schema'],
    ['metadata of nothing', Buffer.from('ffffffff08000000ffffffffffffffff', 'hex'), 'its metadata is broken'],
    ['negative metadata', Buffer.from('ffffffffffffffff', 'hex'), 'it ends within a message'],
  ])('%s', (_, broken, problem) => assertRefused(broken, problem));

  it('reads one whose end is not marked', () => {
    assert.deepEqual(contents(readArrow(bytes.subarray(0, -8))), contents(readArrow(bytes)));
  });

  it('reads one that lies anywhere in memory', () => {
    const shifted = Buffer.concat([Buffer.of(0), bytes]).subarray(1);
    assert.deepEqual(contents(readArrow(shifted)), contents(readArrow(bytes)));
  });

  it('keeps nothing of the bytes', () => {
    const copy = Buffer.from(stream('integers'));
    const frame = readArrow(copy);
    copy.fill(0);
    assert.deepEqual(frame.column('int8'), Int8Array.of(-128, 127));
  });

  /** A stream of one column that says of itself what it likes. */
  function lying(data: arrow.Data): Uint8Array {
    const fields = [new arrow.Field('c', data.type, true)];
    const struct = arrow.makeData({
      type: new arrow.Struct(fields),
      length: data.length,
      nullCount: 0,
      children: [data],
    });
    const schema = new arrow.Schema(fields);
    return arrow.tableToIPC(new arrow.Table(schema, [new arrow.RecordBatch(schema, struct)]), 'stream');
  }

  const { Float64, Null, Bool, Utf8, List, Field, FixedSizeList, Struct, makeData } = arrow;
  const few = makeData({ type: new Float64(), length: 3, nullCount: 0, data: new Float64Array(3) });
  const rows = 2 ** 30;
  const weightless = 'it has more structs, lists of a fixed length and nulls than bytes and a million';

  it.each<[string, Uint8Array, string]>([
    [
      'numbers',
      lying(Object.assign(few.clone(), { length: rows })),
      `a buffer of 'c' does not have the ${rows * 8} bytes it should`,
    ],
    ['nothing at all', lying(makeData({ type: new Null(), length: rows })), weightless],
    [
      'booleans',
      lying(makeData({ type: new Bool(), length: rows, nullCount: 0, data: new Uint8Array(1) })),
      `a buffer does not have the ${rows / 8} bytes it should`,
    ],
    [
      'lists of nothing',
      lying(
        makeData({
          type: new FixedSizeList(0, new Field('item', new Float64())),
          length: rows,
          nullCount: 0,
          child: few,
        }),
      ),
      weightless,
    ],
    [
      'structs of nothing',
      lying(makeData({ type: new Struct([]), length: rows, nullCount: 0, children: [] })),
      weightless,
    ],
    [
      'structs around few bytes',
      lying(
        ['a', 'b', 'c', 'd'].reduce<arrow.Data>(
          (child, name) => {
            const type = new Struct([new Field(name, child.type)]);
            return makeData({ type, length: child.length, nullCount: 0, children: [child] });
          },
          makeData({ type: new Bool(), length: 300_000, nullCount: 0, data: new Uint8Array(37_500) }),
        ),
      ),
      weightless,
    ],
    [
      'lists of a negative length',
      lying(
        makeData({
          type: new FixedSizeList(-1, new Field('item', new Float64())),
          length: 3,
          nullCount: 0,
          child: few,
        }),
      ),
      "the lists in 'c' have -1 elements",
    ],
    [
      'lists that are cut short',
      lying(
        makeData({ type: new FixedSizeList(2, new Field('item', new Float64())), length: 3, nullCount: 0, child: few }),
      ),
      "the field 'item' has 3 of 6 elements",
    ],
    [
      'offsets that run backwards',
      lying(
        makeData({
          type: new Utf8(),
          length: 3,
          nullCount: 0,
          valueOffsets: Int32Array.of(0, 4, 1, 4),
          data: Buffer.from('abcd'),
        }),
      ),
      "the offsets of 'c' run backwards",
    ],
    [
      'offsets behind the end',
      lying(
        makeData({
          type: new List(new Field('item', new Float64())),
          length: 1,
          nullCount: 0,
          valueOffsets: Int32Array.of(0, 4),
          child: few,
        }),
      ),
      "a buffer of 'item' does not have the 32 bytes it should",
    ],
    [
      'text that is none',
      lying(
        makeData({
          type: new Utf8(),
          length: 1,
          nullCount: 0,
          valueOffsets: Int32Array.of(0, 1),
          data: Uint8Array.of(0xe4),
        }),
      ),
      "row 0 of 'c' is not UTF-8",
    ],
    [
      'dates beyond all time',
      lying(
        makeData({ type: new arrow.TimestampSecond(), length: 1, nullCount: 0, data: BigInt64Array.of(2n ** 62n) }),
      ),
      "row 0 of 'c' is beyond the year 275760",
    ],
    [
      'codes that are not in the dictionary',
      lying(
        makeData({
          type: new arrow.Dictionary(new Utf8(), new arrow.Int8()),
          length: 1,
          nullCount: 0,
          data: Int8Array.of(-1),
          dictionary: arrow.vectorFromArray(['a'], new Utf8()),
        }),
      ),
      "row 0 of 'c' is not in its dictionary",
    ],
  ])('that lie about %s', (_, broken, problem) => assertRefused(broken, problem));

  it('that take far more once they are read', () => {
    const length = 2 ** 24 + 8;
    const bits = makeData({ type: new Bool(), length, nullCount: 0, data: new Uint8Array(length / 8) });
    assertRefused(lying(bits), 'it has more than 16777216 booleans, texts, dates, lists or missing values');
  });

  it('whose columns share their bytes', () => {
    const shared = Buffer.from(stream('integers'));
    // The last of eight columns lies from 64 to 80 in the body; here each of them has all of it.
    const last = shared.indexOf(Buffer.from(BigInt64Array.of(64n, 16n).buffer));
    for (let column = 0; column < 8; column++) {
      const at = last - column * 32; // behind each column's offset and length come those of what is missing in it
      shared.writeBigInt64LE(0n, at);
      shared.writeBigInt64LE(80n, at + 8);
    }
    assertRefused(shared, 'the buffers of a batch overlap');
  });

  it('that have columns without end', () => {
    const names = Array.from({ length: 10_001 }, (_, i) => `c${i}`);
    const schema = new arrow.Schema(names.map((name) => new Field(name, new Null())));
    assertRefused(arrow.tableToIPC(new arrow.Table(schema), 'stream'), 'it has more than 10000 fields');
  });

  it('that have names without end', () => {
    const schema = new arrow.Schema([new Field('c'.repeat(1_001), new Null())]);
    assertRefused(arrow.tableToIPC(new arrow.Table(schema), 'stream'), 'a name in its schema has more than 1000 bytes');
  });

  it('that are nested without end', () => {
    let type: arrow.DataType = new Null();
    for (let i = 0; i < 70; i++) type = new List(new Field('item', type));
    const schema = new arrow.Schema([new Field('c', type)]);
    assertRefused(arrow.tableToIPC(new arrow.Table(schema), 'stream'), 'its types are nested deeper than 64 levels');
  });

  it('are refused, or read, and nothing else', () => {
    const names = [
      'integers',
      'floats',
      'plain',
      'times',
      'nested',
      'dictionary',
      'deltas',
      'batches',
      'pandas',
      'tensor',
    ];
    const edit = fc.tuple(fc.nat(2_000), fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)));
    const broken = fc.record({
      bytes: fc.constantFrom(...names.map(stream)),
      edits: fc.array(edit, { maxLength: 6 }),
      cut: fc.option(fc.nat(2_000), { freq: 10 }),
      read: fc.constantFrom<(bytes: Uint8Array) => unknown>(readArrow, arrowToTensor),
    });
    const property = fc.property(broken, ({ bytes: whole, edits, cut, read }) => {
      const damaged = Buffer.from(cut === null ? whole : whole.subarray(0, cut));
      for (const [at, byte] of edits) if (damaged.length > 0) damaged[at % damaged.length] = byte;
      try {
        read(damaged);
      } catch (error) {
        assert.ok(error instanceof HostError && error.code === 'INPUT_INVALID', String((error as Error).stack));
      }
    });
    fc.assert(property, { numRuns: CASES });
  });
});
