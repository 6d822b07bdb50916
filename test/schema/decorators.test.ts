import { describe, expect, it } from 'vitest';
import { inputSchema, NumpyParameterType, outputSchema, rawHttp } from '../../src/schema/index.js';
import { schemaOf } from '../../src/schema/service-schema.js';

const vector = new NumpyParameterType([1, 2]);
const row = new NumpyParameterType([[1, 2]]);

describe('inputSchema() and outputSchema()', () => {
  it('give a function that does what run does, and bears its schema', () => {
    const run = (data: unknown) => data;
    const wrapped = inputSchema('data', row)(outputSchema(vector)(run));
    expect(wrapped('x' as never)).toBe('x');
    expect(wrapped.length).toBe(1);
    expect(wrapped.name).toBe('run');
    expect(schemaOf(wrapped)).toEqual({ kind: 'typed', inputs: [{ name: 'data', type: row }], output: vector });
    expect(schemaOf(run)).toEqual({ kind: 'text', inputs: [] });
  });

  it('make the outermost the first parameter', () => {
    const wrapped = inputSchema('a', row)(inputSchema('b', vector)((a, b) => [a, b]));
    expect(schemaOf(wrapped).inputs.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('keep this, for methods', () => {
    const counter = {
      calls: 0,
      run: outputSchema(vector)(function (this: { calls: number }) {
        return ++this.calls;
      }),
    };
    expect(counter.run()).toBe(1);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['a name twice', () => inputSchema('a', row)(inputSchema('a', row)((a, b) => [a, b])), /'a' is defined already/],
    ['two outputs', () => outputSchema(row)(outputSchema(row)(() => 1)), /output schema is defined already/],
    ['a schema on a raw run', () => inputSchema('a', row)(rawHttp(() => 1) as never), /both rawHttp and/],
    ['a raw run with a schema', () => rawHttp(inputSchema('a', row)((a) => a) as never), /both rawHttp and/],
    ['a bare sample', () => inputSchema('a', [[1, 2]] as never), /the type is no parameter type/],
    ['run as an argument of its own', () => inputSchema('a', row, (() => 1) as never), /an argument too many/],
  ])('refuse %s', (_, misuse, message) => expect(misuse).toThrow(message));
});

describe('NumpyParameterType', () => {
  it('documents a sample as the reference does', () => {
    expect(row.jsonSchema).toEqual({
      type: 'array',
      items: { type: 'array', items: { type: 'number', format: 'float' } },
      format: 'numpy.ndarray',
      example: [[1, 2]],
    });
    expect(new NumpyParameterType([1n]).jsonSchema.items).toEqual({ type: 'integer', format: 'int64' });
  });

  it('leaves the first axis to the caller, and holds the others to the sample', () => {
    expect(
      row.decode(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        '/data',
      ).dims,
    ).toEqual([3, 2]);
    expect(row.decode([], '/data').dims).toEqual([0, 2]);
    expect(() => row.decode([[1, 2, 3]], '/data')).toThrow('/data/0: expected an array of 2, got an array of 3.');
    expect(new NumpyParameterType([[1, 2]], { enforceShape: false }).decode([[1]], '/data').dims).toEqual([1, 1]);
  });

  it('refuses a sample that is ragged', () => {
    expect(() => new NumpyParameterType([[1, 2], [3]])).toThrow(/sample\/1: expected an array of 2/);
  });
});
