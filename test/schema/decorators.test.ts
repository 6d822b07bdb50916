import { describe, expect, it } from 'vitest';
import { inputSchema, NumpyParameterType, outputSchema, rawHttp } from '../../src/schema/index.js';
import { schemaOf } from '../../src/schema/service-schema.js';
import type { Tensor } from '../../src/tensor.js';

const vector = new NumpyParameterType([1, 2]);
const row = new NumpyParameterType([[1, 2]]);

describe('inputSchema() and outputSchema()', () => {
  it('give a function that does what run does, and bears its schema', () => {
    const run = (data: unknown) => data;
    const wrapped = inputSchema('data', row)(outputSchema(vector)(run));
    expect(wrapped('x' as never)).toBe('x');
    expect(wrapped.length).toBe(1);
    expect(wrapped.name).toBe('run');
    expect(schemaOf(wrapped)).toEqual({
      kind: 'typed',
      inputs: [{ name: 'data', type: row, optional: false, convert: true }],
      output: vector,
    });
    expect(schemaOf(run)).toEqual({ kind: 'text', inputs: [] });
  });

  it('make the outermost the first parameter', () => {
    const wrapped = inputSchema('a', row)(inputSchema('b', vector)((a: Tensor, b: Tensor) => [a, b]));
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
    [
      'a name twice',
      () => inputSchema('a', row)(inputSchema('a', row)((a: Tensor, b: Tensor) => [a, b])),
      /'a' is defined already/,
    ],
    ['two outputs', () => outputSchema(row)(outputSchema(row)(() => 1)), /output schema is defined already/],
    ['a schema on a raw run', () => inputSchema('a', row)(rawHttp(() => 1) as never), /both rawHttp and/],
    ['a raw run with a schema', () => rawHttp(inputSchema('a', row)((a) => a) as never), /both rawHttp and/],
    ['a bare sample', () => inputSchema('a', [[1, 2]] as never), /the type is no parameter type/],
    ['run as an argument of its own', () => inputSchema('a', row, (() => 1) as never), /no object of options/],
  ])('refuse %s', (_, misuse, message) => expect(misuse).toThrow(message));
});
