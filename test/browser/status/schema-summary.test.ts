import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inputsOf, outputOf, type ServiceDocument, typeOf } from '../../../src/browser/status/schema-summary.js';

function documentOf(name: string): ServiceDocument {
  return JSON.parse(readFileSync(new URL(`../../schema/openapi/${name}-3.1.json`, import.meta.url), 'utf8'));
}

describe('the summary of a service', () => {
  it('names the inputs and the answer of a tensor', () => {
    expect(inputsOf(documentOf('diabetes'))).toEqual([{ name: 'data', type: 'float [n × 10]' }]);
    expect(outputOf(documentOf('diabetes'))).toBe('float [n × 1]');
  });

  it('has a line for each input, whatever it is', () => {
    const lines = inputsOf(documentOf('every-input'));
    const { properties = {} } = documentOf('every-input').components?.schemas?.ServiceInput ?? {};
    expect(lines.map(({ name }) => name)).toEqual(Object.keys(properties));
    for (const { type } of lines) expect(type).toMatch(/^[\w (),…[\]×-]+$/);
  });

  it('says of a text that it is the body', () => {
    expect(inputsOf(documentOf('text')).map(({ name }) => name)).toEqual(['body']);
  });

  it.each([
    [{}, 'any'],
    [{ type: 'string' }, 'string'],
    [{ type: ['number', 'null'] }, 'number'],
    [{ type: 'array', items: { type: 'integer', format: 'int64' }, minItems: 3, maxItems: 3 }, 'int64 [3]'],
    [{ type: 'array', items: { type: 'object', properties: { AGE: {}, SEX: {} } } }, 'object (AGE, SEX) [n]'],
    [
      { type: 'object', properties: Object.fromEntries([...'abcdefghij'].map((name) => [name, {}])) },
      'object (a, b, c, d, e, f, g, h, …)',
    ],
  ])('%j', (schema, text) => expect(typeOf(schema)).toBe(text));

  it.each([{}, { components: {} }, { components: { schemas: {} } }])(
    'of a document that says nothing: %j',
    (document) => {
      expect([inputsOf(document), outputOf(document)]).toEqual([[], undefined]);
    },
  );
});
