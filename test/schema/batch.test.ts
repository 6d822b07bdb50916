import { describe, expect, it } from 'vitest';
import { checkBatchInputs } from '../../src/schema/batch-inputs.js';
import {
  batch,
  type InputOptions,
  inputSchema,
  NumpyParameterType,
  outputSchema,
  PandasParameterType,
  type ParameterType,
  rawHttp,
  SparkParameterType,
  StandardParameterType,
} from '../../src/schema/index.js';
import { schemaOf } from '../../src/schema/service-schema.js';

const row = new NumpyParameterType([[1, 2]]);
const run = (data: unknown) => data;
const withInput = inputSchema('data', row);
const withOutput = outputSchema(row);
const marked = batch({ maxSize: 8 });
/** What an error is that stops the start. */
const invalid = (message: string) => ({ code: 'ENTRY_INVALID', message: expect.stringContaining(message) });

describe('batch()', () => {
  it.each<[string, () => (...args: never[]) => unknown]>([
    ['outermost', () => marked(withInput(withOutput(run)))],
    ['between', () => withInput(marked(withOutput(run)))],
    ['innermost', () => withInput(withOutput(marked(run)))],
  ])('marks a run, %s', (_, wrapped) => {
    expect(schemaOf(wrapped())).toEqual({
      kind: 'typed',
      inputs: [{ name: 'data', type: row, optional: false, convert: true }],
      output: row,
      batchRowsMax: 8,
    });
    expect(wrapped()('x' as never)).toBe('x');
    expect(schemaOf(run).batchRowsMax).toBeUndefined();
  });

  it('marks a method, by a legacy decorator too, which keeps this', () => {
    const score = { factor: 2, run: (x: number) => x };
    const method = function (this: { factor: number }, x: number) {
      return x * this.factor;
    };
    const descriptor = { value: method, configurable: true };
    const given = (marked as (...args: unknown[]) => PropertyDescriptor)(score, 'run', descriptor);
    Object.defineProperty(score, 'run', given);
    expect(schemaOf(score.run).batchRowsMax).toBe(8);
    expect(score.run(3)).toBe(6);
  });

  it.each<[string, () => unknown, string]>([
    ['no rows', () => batch({ maxSize: 0 }), 'from 1 to 4096, got 0.'],
    ['too many rows', () => batch({ maxSize: 4097 }), 'from 1 to 4096, got 4097.'],
    ['parts of rows', () => batch({ maxSize: 1.5 }), 'from 1 to 4096, got 1.5.'],
    ['a text', () => batch({ maxSize: '8' } as never), 'from 1 to 4096, got "8".'],
    ['no size', () => batch({} as never), 'from 1 to 4096, got undefined.'],
    ['another name', () => batch({ max_size: 8 } as never), 'no option max_size: did you mean maxSize?'],
    ['another option', () => batch({ maxSize: 8, waitMs: 5 } as never), 'no option waitMs: there is maxSize alone.'],
    ['a number', () => batch(8 as never), 'takes an object with maxSize, got 8.'],
    ['nothing', () => batch(undefined as never), 'takes an object with maxSize, got undefined.'],
    ['the run', () => batch(run as never), 'takes an object with maxSize, got a function.'],
    ['a run twice', () => marked(withInput(marked(run))), 'is marked with it already.'],
    ['what is no function', () => marked({} as never), 'batch() has been given something that is no function.'],
    ['a field', () => marked(run, { kind: 'field', name: 'run' } as never), 'batch() cannot decorate the field run.'],
    ['a raw run', () => marked(rawHttp(run)), 'marked with both rawHttp and batch'],
    ['a run that becomes raw', () => rawHttp(marked(run) as never), 'marked with both rawHttp and batch'],
  ])('refuses %s', (_, misuse, message) => {
    expect(misuse).toThrow(expect.objectContaining(invalid(message)));
  });
});

describe('checkBatchInputs()', () => {
  const check = (type: ParameterType, options: InputOptions = {}) => {
    checkBatchInputs(
      schemaOf(inputSchema('first', row)(inputSchema('data', type as never, options)(() => 1) as never)),
    );
  };

  it.each<[string, ParameterType]>([
    ['tensors', row],
    ['tensors of text', new NumpyParameterType(['a'])],
    ['tensors of any type and shape', new NumpyParameterType([[1]], { enforceShape: false, enforceColumnType: false })],
    ['frames', new PandasParameterType([{ a: 1 }], { orient: 'split' })],
    ['frames of Spark', new SparkParameterType([{ a: 1 }])],
  ])('takes %s', (_, type) => check(type));

  it.each<[string, () => void, string]>([
    ['no schema', () => checkBatchInputs({ kind: 'text', inputs: [] }), 'has no inputs in a schema to stack.'],
    ['an output alone', () => checkBatchInputs(schemaOf(withOutput(run))), 'has no inputs in a schema to stack.'],
    ['an optional input', () => check(row, { optional: true }), "'data' cannot be stacked: it is optional"],
    ['a value as it came', () => check(row, { convertToProvidedType: false }), 'it comes as JSON has it'],
    ['a standard type', () => check(new StandardParameterType([1])), 'it is a StandardParameterType, neither'],
    ['dates', () => check(new NumpyParameterType([new Date(0)])), 'there are no tensors of its elements'],
  ])('refuses %s', (_, misuse, message) => {
    expect(misuse).toThrow(
      expect.objectContaining({ ...invalid(message), fix: expect.stringContaining('leave batch() out.') }),
    );
  });
});
