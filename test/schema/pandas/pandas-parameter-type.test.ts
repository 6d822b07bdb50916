import { describe, expect, expectTypeOf, it } from 'vitest';
import { DataFrame } from '../../../src/data-frame/data-frame.js';
import type { Orient } from '../../../src/data-frame/orients.js';
import { inputSchema, type PandasOptions, PandasParameterType } from '../../../src/schema/index.js';
import { Tensor } from '../../../src/tensor.js';
import { readInput } from '../../support/input-problems.js';

const sample = { name: ['a', 'b'], age: [1n, 2n], score: [1.5, 2.5], ok: [true, false] };
const row = '{"name":"x","age":3,"score":4.5,"ok":true}';
const xy = { x: [1.5], y: ['s'] };
const read = (columns: object, json: string, options: PandasOptions = {}) =>
  readInput(new PandasParameterType(columns as never, options), json);

describe('run receives a DataFrame', () => {
  it('with the columns of the sample, in its order, typed as there', () => {
    const frame = read(sample, '[{"ok":false,"score":4,"age":3,"other":1,"name":"x"}]');
    expect(frame).toBeInstanceOf(DataFrame);
    expect(frame.columns).toEqual(['name', 'age', 'score', 'ok']);
    expect(frame.column('age')).toEqual(BigInt64Array.of(3n));
    expect(frame.column('score')).toEqual(Float64Array.of(4));
    expect(frame.rows()).toEqual([{ name: 'x', age: 3n, score: 4, ok: false }]);
    expect(frame.index).toEqual([0]);
  });

  it('which the compiler knows', () => {
    const type = new PandasParameterType(sample);
    const run = inputSchema('data', type)((data) => data.column('age'));
    expectTypeOf(run).parameters.toEqualTypeOf<[ReturnType<typeof type.decode>]>();
    expectTypeOf(run).returns.toEqualTypeOf<BigInt64Array>();
  });

  it.each<[Orient, string, readonly unknown[]]>([
    ['records', '[{"x":1,"y":"a"},{"y":"b","x":2}]', [0, 1]],
    ['index', '{"r1":{"x":1,"y":"a"},"r2":{"x":2,"y":"b"}}', ['r1', 'r2']],
    ['index', '{"0":{"x":1,"y":"a"},"-7":{"x":2,"y":"b"}}', [0, -7]],
    ['columns', '{"y":{"r1":"a","r2":"b"},"x":{"r2":2,"r1":1}}', ['r2', 'r1']],
    ['values', '[[1,"a"],[2,"b"]]', [0, 1]],
    ['split', '{"columns":["y","x"],"data":[["a",1],["b",2]]}', [0, 1]],
    ['split', '{"columns":["x","y"],"index":["r",5],"data":[[1,"a"],[2,"b"]]}', ['r', 5]],
    [
      'split',
      '{"columns":["x","z","y"],"index":[7,36893488147419103232],"data":[[1,0,"a"],[2,0,"b"]]}',
      [7, '36893488147419103232'],
    ],
    ['table', '{"schema":{"fields":[{"name":"x"},{"name":"y"}]},"data":[{"x":1,"y":"a"},{"x":2,"y":"b"}]}', [0, 1]],
    [
      'table',
      '{"schema":{"fields":[{"name":"x"},{"name":"y"}]},"data":[{"index":4,"x":1,"y":"a"},{"index":5,"x":2,"y":"b"}]}',
      [4, 5],
    ],
    [
      'table',
      '{"schema":{"fields":[{"name":"id"},{"name":"x"},{"name":"y"}],"primaryKey":["id"]},"data":[{"id":"r1","x":1,"y":"a"},{"id":"r2","x":2,"y":"b"}]}',
      ['r1', 'r2'],
    ],
  ])('from %s: %s', (orient, json, index) => {
    const frame = read(xy, json, { orient });
    const rows = [
      { x: 1, y: 'a' },
      { x: 2, y: 'b' },
    ];
    expect(frame.index).toEqual(index);
    expect(frame.rows()).toEqual(orient === 'columns' ? rows.reverse() : rows);
  });

  it.each<[Orient, string]>([
    ['records', '[]'],
    ['index', '{}'],
    ['columns', '{"x":{},"y":{}}'],
    ['values', '[]'],
    ['split', '{"columns":["x","y"],"data":[]}'],
    ['table', '{"schema":{"fields":[{"name":"x"},{"name":"y"}]},"data":[]}'],
  ])('from %s without rows', (orient, json) => {
    const frame = read(xy, json, { orient });
    expect(frame).toMatchObject({ columns: ['x', 'y'], length: 0 });
    expect(frame.column('x')).toEqual(new Float64Array(0));
  });

  it('with numbers in the array of their type, and null where integers are missing', () => {
    const columns = {
      a: Int8Array.of(1, 2),
      b: [1n, null],
      c: Float32Array.of(1, 2),
      d: BigUint64Array.of(1n, 2n),
      e: [1, 2],
    };
    const options = { dtypes: { e: 'float16' } } as const;
    const frame = read(
      columns,
      '[{"a":-128,"b":null,"c":null,"d":18446744073709551615,"e":0.1},{"a":1.0,"b":2,"c":0.1,"d":1e2,"e":1}]',
      options,
    );
    expect(frame.column('a')).toEqual(Int8Array.of(-128, 1));
    expect(frame.column('b')).toEqual([null, 2n]);
    expect(frame.column('c')).toEqual(Float32Array.of(Number.NaN, 0.1));
    expect(frame.column('d')).toEqual(BigUint64Array.of(2n ** 64n - 1n, 100n));
    expect(frame.column('e')).toEqual(Float32Array.of(0.0999755859375, 1));
  });

  it('with null where strings, dates and spans of time are missing, and NaN among floats', () => {
    const columns = { s: ['a'], when: [new Date(0)], gap: [0], x: [1] };
    const options = { dtypes: { gap: 'timedelta' } } as const;
    const frame = read(
      columns,
      '[{"s":null,"when":null,"gap":null,"x":null},{"s":"b","when":"2021-03-04T05:06:07+05:30","gap":"01:30:00","x":NaN}]',
      options,
    );
    expect(frame.rows()).toEqual([
      { s: null, when: null, gap: null, x: Number.NaN },
      { s: 'b', when: new Date('2021-03-03T23:36:07Z'), gap: 5_400_000, x: Number.NaN },
    ]);
  });

  it('with objects as a standard sample has them', () => {
    const frame = read(
      { o: [{ k: 1n, at: new Date(0) }], l: [[1n]] },
      '[{"o":{"k":2,"at":"2020-01-02","z":3},"l":[1,2]}]',
    );
    expect(frame.rows()).toEqual([{ o: { k: 2n, at: new Date('2020-01-02'), z: 3 }, l: [1n, 2n] }]);
  });

  it('with text in columns that are named like dates, and with categories that the sample lacks', () => {
    const columns = { modified: ['x'], created_at: [1n], timestamp: ['x'], c: ['x'] };
    const body = '[{"modified":"2020-01-01","created_at":1577934245,"timestamp":"2020-01-01","c":"zzz"}]';
    expect(read(columns, body, { dtypes: { c: 'category' } }).rows()).toEqual([
      { modified: '2020-01-01', created_at: 1577934245n, timestamp: '2020-01-01', c: 'zzz' },
    ]);
  });

  it('with columns of any name', () => {
    const columns = JSON.parse('{"__proto__":[1],"constructor":["a"],"":[true]}');
    const frame = read(columns, '[{"constructor":"b","":false,"__proto__":2}]');
    expect(frame.columns).toEqual(['__proto__', 'constructor', '']);
    expect(frame.column('__proto__')).toEqual(Float64Array.of(2));
    expect(Object.prototype).not.toHaveProperty('0');
    expect(read(xy, '[{"x":1,"y":"a","__proto__":{"z":1}}]').rows()).toEqual([{ x: 1, y: 'a' }]);
  });
});

describe('enforceShape: false', () => {
  const options = { enforceShape: false };

  it.each<[Orient, string]>([
    ['records', '[{"name":"x"}]'],
    ['index', '{"0":{"name":"x"}}'],
    ['columns', '{"name":{"0":"x"}}'],
    ['values', '[["x"]]'],
    ['split', '{"columns":["name"],"data":[["x"]]}'],
    ['split', '{"columns":["name","age"],"data":[["x"]]}'],
    ['table', '{"schema":{"fields":[{"name":"name"}]},"data":[{"name":"x"}]}'],
  ])('columns that %s lacks are missing in every row', (orient, json) => {
    const frame = read(sample, json, { ...options, orient });
    expect(frame.rows()).toEqual([{ name: 'x', age: null, score: Number.NaN, ok: null }]);
    expect(frame.columnType('age')).toBe('int64');
  });

  it('as are cells of some rows', () => {
    expect(read(sample, `[{},${row}]`, options).column('age')).toEqual([null, 3n]);
    expect(read(sample, '{"name":{"5":"x"},"age":{"0":1}}', { ...options, orient: 'columns' }).rows()).toEqual([
      { name: 'x', age: null, score: Number.NaN, ok: null },
      { name: null, age: 1n, score: Number.NaN, ok: null },
    ]);
  });
});

describe('enforceColumnType: false', () => {
  it('columns hold what their values have in common', () => {
    const frame = read(
      sample,
      '[{"name":5,"age":"3","score":true,"ok":[1]},{"name":1.5,"age":"4","score":null,"ok":"x"}]',
      {
        enforceColumnType: false,
      },
    );
    expect(frame.columns.map((name) => frame.columnType(name))).toEqual(['float64', 'string', 'bool', 'object']);
    expect(frame.rows()[0]).toEqual({ name: 5, age: '3', score: true, ok: [1] });
  });
});

describe('applyColumnNames: true', () => {
  it('rows of split have the names of the sample, where they come without', () => {
    const options = { orient: 'split', applyColumnNames: true } as const;
    expect(read(xy, '{"data":[[1,"a"]]}', options).rows()).toEqual([{ x: 1, y: 'a' }]);
    expect(read(xy, '{"columns":["y","x"],"data":[["a",1]]}', options).rows()).toEqual([{ x: 1, y: 'a' }]);
  });
});

describe('coerce: true', () => {
  it.each<Orient>(['records', 'values'])('harmless conversions are made in %s', (orient) => {
    const body = { records: '[{"name":5,"age":"3","score":"4.5","ok":1}]', values: '[[5,"3","4.5",1]]' }[
      orient as 'values'
    ];
    expect(read(sample, body, { orient, coerce: true }).rows()).toEqual([{ name: '5', age: 3n, score: 4.5, ok: true }]);
  });

  it('and null stays what it is', () => {
    const frame = read({ a: [1n, null], s: ['a', 'b'], x: [1, 2] }, '[{"a":null,"s":null,"x":null}]', { coerce: true });
    expect(frame.rows()).toEqual([{ a: null, s: null, x: Number.NaN }]);
  });
});

describe('a result of run', () => {
  const type = new PandasParameterType({ p: [0.5], label: ['cat'] });

  it.each<[string, unknown]>([
    ['a frame', DataFrame.fromColumns({ label: ['dog'], p: Float32Array.of(0.25) })],
    ['an array of records', [{ label: 'dog', p: 0.25 }]],
    ['an object of columns', { label: ['dog'], p: [0.25] }],
  ])('may be %s', (_, result) => expect(type.encode(result)).toEqual([{ p: 0.25, label: 'dog' }]));

  it('is laid out', () => {
    const split = new PandasParameterType({ p: [0.5], label: ['cat'] }, { orient: 'split' });
    const frame = DataFrame.fromColumns({ label: ['dog'], p: [0.25] }, { index: ['r'] });
    expect(split.encode(frame)).toEqual({ columns: ['p', 'label'], index: ['r'], data: [[0.25, 'dog']] });
  });

  it('keeps what the type does not have, behind, but for values', () => {
    const result = { extra: [1], label: ['dog'], p: [0.25] };
    expect(Object.keys((type.encode(result) as object[])[0] as object)).toEqual(['p', 'label', 'extra']);
    const values = new PandasParameterType({ p: [0.5], label: ['cat'] }, { orient: 'values' });
    expect(values.encode(result)).toEqual([[0.25, 'dog']]);
  });

  it('has dates, spans of time and objects written', () => {
    const columns = { when: [new Date(0)], gap: [0], o: [{ at: new Date(0) }] };
    const times = new PandasParameterType(columns, { dtypes: { gap: 'timedelta' } });
    const expected = [{ when: '1970-01-01T00:00:01.000Z', gap: 'P0DT0H0M1S', o: { at: '1970-01-01T00:00:02.000Z' } }];
    expect(times.encode({ when: [new Date(1000)], gap: [1000], o: [{ at: new Date(2000) }] })).toEqual(expected);
    expect(times.encode([{ when: '1970-01-01T00:00:01Z', gap: '1 second', o: { at: new Date(2000) } }])).toEqual(
      expected,
    );
  });

  it('may have no rows, or nothing in a column', () => {
    expect(type.encode([])).toEqual([]);
    expect(type.encode({ p: [], label: [] })).toEqual([]);
    expect(type.encode([{ p: null, label: null }])).toEqual([{ p: null, label: null }]);
    const integers = new PandasParameterType({ n: [1n] });
    expect(() => integers.encode([{ n: null }])).toThrow(/\/n\/0: expected an integer from .*, got null\.$/);
  });

  it('has whole floats as integers', () => {
    expect(new PandasParameterType({ n: [1n] }).encode({ n: [3] })).toEqual([{ n: 3n }]);
  });

  it('is whatever it is with enforceColumnType: false', () => {
    const any = new PandasParameterType({ n: [1n], m: [1n] }, { enforceColumnType: false, enforceShape: false });
    expect(any.encode({ n: ['x'] })).toEqual([{ n: 'x', m: null }]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no frame', 5, /Expected a data frame, an array of records or an object of columns, got 5\.$/],
    ['nothing', undefined, /got undefined\.$/],
    ['a frame without a column of the type', { P: [1], label: ['a'] }, /\/p: missing; did you mean it by "P"\?$/],
    ['cells of another kind', { p: ['x'], label: ['a'] }, /\/p: expected a column of float64, got one of string\.$/],
  ])('is refused if it is %s', (_, result, message) => {
    expect(() => type.encode(result)).toThrow(message);
    expect(() => type.encode(result)).toThrow(expect.objectContaining({ code: 'RESULT_INVALID' }));
  });
});

describe('a frame that came without JSON', () => {
  const type = new PandasParameterType({ age: Int32Array.of(1), score: [1.5], name: ['a'] });

  it('has its columns put in order, and cast', () => {
    const frame = DataFrame.fromColumns(
      { name: ['x', null], other: [1, 2], score: Int8Array.of(1, 2), age: BigInt64Array.of(5n, -6n) },
      { index: ['r1', 'r2'] },
    );
    const read = type.fromDataFrame(frame, '');
    expect(read.columns).toEqual(['age', 'score', 'name']);
    expect(read.column('age')).toEqual(Int32Array.of(5, -6));
    expect(read.column('score')).toEqual(Float64Array.of(1, 2));
    expect(read.index).toEqual(['r1', 'r2']);
  });

  it.each<[string, object, readonly string[]]>([
    ['columns are missing', { Age: [1], name: ['x'] }, ['/age: missing; did you mean it by "Age"?', '/score: missing']],
    [
      'columns are of another kind',
      { age: ['x'], score: [true], name: [1] },
      [
        '/age: expected a column of int32, got one of string',
        '/score: expected a column of float64, got one of bool',
        '/name: expected a column of string, got one of float64',
      ],
    ],
    [
      'numbers would change',
      { age: [1, 1.5], score: [2n ** 53n, 2n ** 53n + 1n], name: ['a', 'b'] },
      [
        '/age/1: expected an integer from -2147483648 to 2147483647, got 1.5',
        '/score/1: expected a number or null, got 9007199254740993',
      ],
    ],
    [
      'integers are out of range, or missing',
      { age: [2n ** 31n], score: [1], name: ['a'] },
      ['/age/0: expected an integer from -2147483648 to 2147483647, got 2147483648'],
    ],
    [
      'integers are missing',
      { age: [1, Number.NaN], score: [1, 1], name: ['a', 'b'] },
      ['/age/1: expected an integer from -2147483648 to 2147483647, got null'],
    ],
  ])('is refused if %s', (_, columns, problems) => {
    const frame = DataFrame.fromColumns(columns as never);
    const details = problems.map((problem) => {
      const [path, ...message] = problem.split(': ');
      return { path, message: message.join(': ') };
    });
    expect(() => type.fromDataFrame(frame, '')).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', details }));
  });

  it('may lack columns with enforceShape: false', () => {
    const free = new PandasParameterType({ age: Int32Array.of(1), score: [1.5] }, { enforceShape: false });
    expect(free.fromDataFrame(DataFrame.fromColumns({ score: [2] }), '').rows()).toEqual([{ age: null, score: 2 }]);
  });

  it('has its objects checked and converted as those of a body', () => {
    const lists = new PandasParameterType({ l: [[1n]] });
    expect(lists.fromDataFrame(DataFrame.fromColumns({ l: [[5, 6]] }), '').column('l')).toEqual([[5n, 6n]]);
    expect(() => lists.fromDataFrame(DataFrame.fromColumns({ l: [[5], ['x']] }), '')).toThrow(
      '/l/1/0: expected an integer, got "x".',
    );
    const cells = [{ at: new Date(0), raw: Buffer.from('hi') }];
    const objects = new PandasParameterType({ o: [{ at: new Date(1), raw: Buffer.from('x') }] });
    expect(objects.fromDataFrame(DataFrame.fromColumns({ o: cells }), '').column('o')).toEqual(cells);
  });
});

describe('a tensor that came without JSON', () => {
  const type = new PandasParameterType({ age: [1n], score: Float32Array.of(1.5) });

  it('has a column for each of the sample', () => {
    const read = type.fromTensor?.(new Tensor('float64', Float64Array.of(1, 2.5, 3, 4), [2, 2]), '');
    expect(read?.column('age')).toEqual(BigInt64Array.of(1n, 3n));
    expect(read?.column('score')).toEqual(Float32Array.of(2.5, 4));
  });

  it('may be of float16', () => {
    const half = new Tensor('float16', Uint16Array.of(0x3c00, 0x3800), [1, 2]);
    expect(type.fromTensor?.(half, '').rows()).toEqual([{ age: 1n, score: 0.5 }]);
  });

  it('is only there for samples of numbers alone', () => {
    expect(new PandasParameterType(sample).fromTensor).toBeUndefined();
    expect(new PandasParameterType({ age: [1n] }, { enforceColumnType: false }).fromTensor).toBeUndefined();
  });

  it.each<[string, Tensor, string]>([
    [
      'another shape',
      new Tensor('float32', [1, 2, 3], [1, 3]),
      'The body: expected an array of shape [any, 2], got one of [1, 3].',
    ],
    ['one axis', new Tensor('float32', [1, 2], [2]), 'The body: expected an array of shape [any, 2], got one of [2].'],
    [
      'other elements',
      new Tensor('string', ['a', 'b'], [1, 2]),
      'The body: expected elements that are numbers, got string.',
    ],
    [
      'floats for integers',
      new Tensor('float32', [1, 2, 1.5, 2], [2, 2]),
      '/age/1: expected an integer from -9223372036854775808 to 9223372036854775807, got 1.5.',
    ],
  ])('is refused with %s', (_, tensor, message) => {
    expect(() => type.fromTensor?.(tensor, '')).toThrow(message);
  });
});
