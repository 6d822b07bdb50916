import { describe, expect, it } from 'vitest';
import { StandardParameterType } from '../../src/schema/index.js';
import { compileValidator } from '../../src/schema/validator.js';
import { problemsOf, readInput } from '../support/input-problems.js';

describe('a member that every object inherits', () => {
  const type = new StandardParameterType({ constructor: 'a', toString: 1 });

  it('is missing where a body does not have it', () => {
    expect(problemsOf(type, '{}')).toEqual(['/constructor: missing', '/toString: missing']);
    expect(problemsOf(type, '{"constructor": 5, "toString": 5}')).toEqual(['/constructor: expected a string, got 5']);
  });

  it('is missing where its name is empty', () => {
    expect(problemsOf(new StandardParameterType({ '': 1 }), '{}')).toEqual(['/: missing']);
    expect(problemsOf(new StandardParameterType([{ '': 1, a: 1 }]), '[{"a":1}]')).toEqual(['/0/: missing']);
  });

  it('is read where it does', () => {
    expect(readInput(type, '{"constructor": "b", "toString": 5}')).toEqual({ constructor: 'b', toString: 5 });
  });
});

it('a body of a hundred thousand faults is told of twenty, before the test is over its time', () => {
  const validate = compileValidator({ type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] } });
  expect(validate(Array(100_000).fill(1))).toHaveLength(20);
});
