import { describe, expect, it } from 'vitest';
import type { Orient } from '../../../src/data-frame/orients.js';
import { PandasParameterType } from '../../../src/schema/index.js';
import { problemsOf } from '../../support/input-problems.js';

const sample = { name: ['a', 'b'], age: Int8Array.of(1, 2), score: [1.5, 2.5], ok: [true, false] };
const xy = { x: [1.5], y: ['s'] };
const age = 'an integer from -128 to 127';

describe('what does not fit is named with its place', () => {
  it.each<[string, readonly string[]]>([
    ['[{"name":"x","AGE":3,"score":4.5,"ok":true}]', ['/0/age: missing; did you mean it by "AGE"?']],
    [
      '[{"name":5,"age":"3","score":"4.5","ok":0}]',
      [
        '/0/name: expected a string or null, got 5',
        `/0/age: expected ${age}, got "3"`,
        '/0/score: expected a number or null, got "4.5"',
        '/0/ok: expected true or false, got 0',
      ],
    ],
    ['[{"name":"x","age":null,"score":1,"ok":true}]', [`/0/age: expected ${age}, got null`]],
    ['[{"name":"x","age":3,"score":1,"ok":null}]', ['/0/ok: expected true or false, got null']],
    ['[{"name":"x","age":3.9,"score":1,"ok":true}]', [`/0/age: expected ${age}, got 3.9`]],
    ['[{"name":"x","age":128,"score":1,"ok":true}]', [`/0/age: expected ${age}, got 128`]],
    ['[{"name":"x","age":NaN,"score":1,"ok":true}]', [`/0/age: expected ${age}, got NaN`]],
    ['[["x",3,4.5,true]]', ['/0: expected an object, got an array of 4']],
    ['{"name":["x"]}', [': expected an array, got an object']],
    ['5', [': expected an array, got 5']],
    ['null', [': expected an array, got null']],
  ])('records: %s', (json, problems) => expect(problemsOf(new PandasParameterType(sample), json)).toEqual(problems));

  it.each<[Orient, string, readonly string[]]>([
    ['index', '{"r1":{"x":"1","y":"a"}}', ['/r1/x: expected a number or null, got "1"']],
    ['index', '{"0":{"x":1}}', ['/0/y: missing']],
    ['index', '[{"x":1,"y":"a"}]', [': expected an object, got an array of 1']],
    ['columns', '{"x":{"0":1}}', ['/y: missing']],
    ['columns', '{"x":{"0":1,"a/b":2},"y":{"0":"a"}}', ['/y/a~1b: missing']],
    ['columns', '{"x":{"r":"1"},"y":{"r":"a"}}', ['/x/r: expected a number or null, got "1"']],
    [
      'columns',
      '{"x":[1],"y":["a"]}',
      ['/x: expected an object, got an array of 1', '/y: expected an object, got an array of 1'],
    ],
    ['columns', '{"x":1,"y":"a"}', ['/x: expected an object, got 1', '/y: expected an object, got "a"']],
    [
      'values',
      '[[1,"a"],["b",2]]',
      ['/1/0: expected a number or null, got "b"', '/1/1: expected a string or null, got 2'],
    ],
    [
      'values',
      '[[1],[1,"a",2]]',
      ['/0: expected an array of 2, got an array of 1', '/1: expected an array of 2, got an array of 3'],
    ],
    ['values', '[[true,"a"]]', ['/0/0: expected a number or a string or null, got true']],
    ['split', '{"columns":["x","Y"],"data":[]}', ['/columns: column "y" is missing; did you mean it by "Y"?']],
    ['split', '{"columns":["x","y","x"],"data":[]}', ['/columns/2: the column comes twice']],
    [
      'split',
      '{"columns":["x","y"],"index":[0,1],"data":[[1,"a"]]}',
      ['/index: expected an array of 1, as long as data, got one of 2'],
    ],
    [
      'split',
      '{"columns":["x","y"],"data":[[1],[1,"a"],[1,"a",2]]}',
      [
        '/data/0: expected an array of 2, as there are columns, got an array of 1',
        '/data/2: expected an array of 2, as there are columns, got an array of 3',
      ],
    ],
    [
      'split',
      '{"columns":["y","x"],"data":[[1,"a"]]}',
      ['/data/0/1: expected a number or null, got "a"', '/data/0/0: expected a string or null, got 1'],
    ],
    ['split', '{"data":[[1,"a"]]}', ['/columns: missing']],
    [
      'split',
      '{"columns":["x","y"],"index":[null],"data":[[1,"a"]]}',
      ['/index/0: expected an integer or a string, got null'],
    ],
    ['split', '[[1,"a"]]', [': expected an object, got an array of 1']],
    ['table', '{"data":[{"index":0,"x":1,"y":"a"}]}', ['/schema: missing']],
    ['table', '{"schema":{"fields":[{"name":"x"}]},"data":[]}', ['/schema/fields: column "y" is missing']],
    ['table', '{"schema":{"fields":[{"name":"x"},{"name":"y"}]},"data":[{"x":1}]}', ['/data/0/y: missing']],
    [
      'table',
      '{"schema":{"fields":[{"name":"x"},{"name":"y"}]},"data":[{"index":"r","x":1,"y":"a"}]}',
      ['/data/0/index: expected an integer, got "r"'],
    ],
    ['table', '[]', [': expected an object, got an array of 0']],
  ])('%s: %s', (orient, json, problems) => {
    expect(problemsOf(new PandasParameterType(xy, { orient }), json)).toEqual(problems);
  });

  it.each<[string, string, string]>([
    [
      'when',
      '"13/2/2020"',
      '/0/when: expected a string of format date-time, as "2020-01-02T03:04:05Z" or null, got "13/2/2020"',
    ],
    [
      'when',
      '1577934245',
      '/0/when: expected a string of format date-time, as "2020-01-02T03:04:05Z" or null, got 1577934245',
    ],
    ['gap', '"1 month"', '/0/gap: expected a string of format timedelta, as "P1DT2H0M0S" or null, got "1 month"'],
    ['gap', '5', '/0/gap: expected a string of format timedelta, as "P1DT2H0M0S" or null, got 5'],
  ])('dates and spans of time: %s %s', (name, json, problem) => {
    const type = new PandasParameterType(
      { [name]: [name === 'when' ? new Date(0) : 0] },
      {
        dtypes: { [name]: name === 'when' ? 'datetime' : 'timedelta' },
      },
    );
    expect(problemsOf(type, `[{"${name}":${json}}]`)).toEqual([problem]);
    const values = new PandasParameterType(
      { [name]: ['P1D'].map(() => (name === 'when' ? new Date(0) : 0)), s: ['a'] },
      {
        orient: 'values',
        dtypes: { [name]: name === 'when' ? 'datetime' : 'timedelta' },
      },
    );
    if (json.startsWith('"')) expect(problemsOf(values, `[[${json},"a"]]`)).toEqual([problem.replace(name, '0')]);
  });

  it('harmless conversions end where harm begins', () => {
    const type = new PandasParameterType(sample, { coerce: true });
    expect(problemsOf(type, '[{"name":true,"age":"300","score":"x","ok":"maybe"}]')).toEqual([
      '/0/name: expected a string or a number or null, got true',
      `/0/age: expected ${age} or true or false or a string of format int8, as "7", got "300"`,
      '/0/score: expected a number or null or true or false or a string of format float64, as "1.5", got "x"',
      '/0/ok: expected true or false or a number or a string of format bool, as "true", got "maybe"',
    ]);
  });

  it('a column that is named __proto__ is missing, or of another type, as any other', () => {
    const type = new PandasParameterType(JSON.parse('{"__proto__":[1],"constructor":["a"]}'));
    expect(problemsOf(type, '[{}]')).toEqual(['/0/__proto__: missing', '/0/constructor: missing']);
    expect(problemsOf(type, '[{"constructor":"a"}]')).toEqual(['/0/__proto__: missing']);
    expect(problemsOf(type, '[{"constructor":"a","__proto__":"x"}]')).toEqual([
      '/0/__proto__: expected a number or null, got "x"',
    ]);
  });

  it('no more than twenty problems', () => {
    const rows = (row: string) => `[${Array(50).fill(row).join()}]`;
    expect(problemsOf(new PandasParameterType(sample), rows('{}'))).toHaveLength(20);
    const values = new PandasParameterType(xy, { orient: 'values' });
    expect(problemsOf(values, rows('["a","a"]'))).toHaveLength(20);
    const split = new PandasParameterType(xy, { orient: 'split' });
    expect(problemsOf(split, `{"columns":["x","y"],"data":${rows('[1]')}}`)).toHaveLength(20);
    const wide = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`column ${i}`, [1]]));
    expect(problemsOf(new PandasParameterType(wide, { orient: 'split' }), '{"columns":[],"data":[]}')).toHaveLength(20);
  });
});
