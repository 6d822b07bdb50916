import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../../src/schema/json-schema.js';
import { nullable } from '../../../src/schema/json-schema.js';
import { fragmentFor } from '../../../src/schema/openapi/fragment.js';

const PLACE = '/components/schemas/ServiceInput/properties/data';

/** What each version prints: 3.1, 3.0, 2.0. Undefined: the same as the one before. */
type Row = readonly [string, object, object, object?, object?];

const rows: readonly Row[] = [
  ['a type', { type: 'integer', format: 'int64' }, { type: 'integer', format: 'int64' }],
  [
    'null beside a type',
    { type: ['number', 'null'], format: 'float' },
    { type: ['number', 'null'], format: 'float' },
    { type: 'number', format: 'float', nullable: true },
    { type: 'number', format: 'float', 'x-nullable': true },
  ],
  ['null alone', { type: 'null' }, { type: 'null' }, { enum: [null], nullable: true }, { 'x-nullable': true }],
  [
    'several types',
    { type: ['string', 'array', 'null'], minLength: 2 },
    { type: ['string', 'array', 'null'], minLength: 2 },
    { minLength: 2, anyOf: [{ type: 'string' }, { type: 'array', items: {} }, { enum: [null], nullable: true }] },
    { minLength: 2 },
  ],
  [
    'null beside one alternative',
    { anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }] },
    { anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }] },
    { type: 'string', minLength: 1, nullable: true },
    { type: 'string', minLength: 1, 'x-nullable': true },
  ],
  [
    'null beside several alternatives',
    { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] },
    { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] },
    { anyOf: [{ type: 'string' }, { type: 'number' }, { enum: [null], nullable: true }] },
    { 'x-nullable': true },
  ],
  [
    'null beside one of some values',
    { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }] },
    { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }] },
    { type: 'string', enum: ['a', null], nullable: true },
    { type: 'string', enum: ['a'], 'x-nullable': true },
  ],
  [
    'an example',
    { type: 'object', properties: { a: { type: 'string', example: 'b' } }, example: { a: 'b' } },
    { type: 'object', properties: { a: { type: 'string', examples: ['b'] } }, examples: [{ a: 'b' }] },
    { type: 'object', properties: { a: { type: 'string', example: 'b' } }, example: { a: 'b' } },
  ],
  ['examples', { examples: [1, 2] }, { examples: [1, 2] }, { example: 1 }],
  ['both', { example: 0, examples: [1, 2] }, { examples: [0, 1, 2] }, { example: 0 }],
  ['no examples', { examples: [] }, { examples: [] }, {}],
  [
    'base64',
    { type: 'string', format: 'byte' },
    { type: 'string', format: 'byte', contentEncoding: 'base64' },
    { type: 'string', format: 'byte' },
  ],
  ['one value', { const: { nullable: 1 } }, { const: { nullable: 1 } }, { enum: [{ nullable: 1 }] }],
  [
    'ends left out',
    { exclusiveMinimum: 0, exclusiveMaximum: 9n },
    { exclusiveMinimum: 0, exclusiveMaximum: 9n },
    { minimum: 0, exclusiveMinimum: true, maximum: 9n, exclusiveMaximum: true },
  ],
  ['the tighter end', { minimum: 5, exclusiveMinimum: 4 }, { minimum: 5, exclusiveMinimum: 4 }, { minimum: 5 }],
  [
    'ends that are equal',
    { minimum: 5, exclusiveMinimum: 5 },
    { minimum: 5, exclusiveMinimum: 5 },
    { minimum: 5, exclusiveMinimum: true },
  ],
  [
    'places of an array',
    { type: 'array', prefixItems: [{ type: ['string', 'null'], example: 'a' }], items: false },
    { type: 'array', prefixItems: [{ type: ['string', 'null'], examples: ['a'] }], items: false },
    { type: 'array', items: {} },
  ],
  ['an array of anything', { type: 'array' }, { type: 'array', items: {} }],
  [
    'a member that is required and not described',
    { required: ['a'] },
    { required: ['a'] },
    { required: ['a'] },
    { required: ['a'], properties: { a: {} } },
  ],
  [
    'no items at all',
    { type: 'array', items: false },
    { type: 'array', items: false },
    { type: 'array', items: { not: {} } },
    { type: 'array', items: {} },
  ],
  ['nothing that is required', { type: 'object', required: [] }, { type: 'object', required: [] }, { type: 'object' }],
  [
    'names by pattern, which the older versions know no word for, nor then what is no other name',
    { type: 'object', patternProperties: { '^x': { type: ['string', 'null'] } }, additionalProperties: false },
    { type: 'object', patternProperties: { '^x': { type: ['string', 'null'] } }, additionalProperties: false },
    { type: 'object' },
  ],
  ['no other names', { additionalProperties: false }, { additionalProperties: false }],
  [
    'conditions',
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    { if: { const: 1 }, then: { example: 1 }, else: false },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    { if: { const: 1 }, then: { examples: [1] }, else: false },
    {},
  ],
  ['what is not', { not: { const: 1 } }, { not: { const: 1 } }, { not: { enum: [1] } }, {}],
  ['what is not, and cannot be said', { not: { contains: { const: 1 } } }, { not: { contains: { const: 1 } } }, {}],
  [
    'one of some',
    { oneOf: [{ const: 1 }, { type: 'string' }] },
    { oneOf: [{ const: 1 }, { type: 'string' }] },
    { oneOf: [{ enum: [1] }, { type: 'string' }] },
    {},
  ],
  [
    'one of some that cannot be told apart',
    { oneOf: [{ type: 'array', contains: {} }, { type: 'array' }] },
    { oneOf: [{ type: 'array', contains: {} }, { type: 'array' }] },
    {
      anyOf: [
        { type: 'array', items: {} },
        { type: 'array', items: {} },
      ],
    },
    {},
  ],
  [
    'a reference into the schema',
    { type: 'array', items: { $ref: '#/$defs/a%20b~1c' }, $defs: { 'a b/c': { type: ['number', 'null'] } } },
    {
      type: 'array',
      items: { $ref: `#${PLACE}/$defs/a%20b~1c` },
      $defs: { 'a b/c': { type: ['number', 'null'] } },
    },
    { type: 'array', items: { type: 'number', nullable: true } },
    { type: 'array', items: { type: 'number', 'x-nullable': true } },
  ],
  [
    'a schema that contains itself',
    { type: 'object', properties: { next: { $ref: '#' } } },
    { type: 'object', properties: { next: { $ref: `#${PLACE}` } } },
    { type: 'object', properties: { next: { type: 'object', properties: { next: {} } } } },
  ],
  [
    'a reference with more beside it',
    { $ref: '#/$defs/a', maximum: 3, type: 'number', $defs: { a: { maximum: 4 } } },
    { $ref: `#${PLACE}/$defs/a`, maximum: 3, type: 'number', $defs: { a: { maximum: 4 } } },
    { maximum: 4, allOf: [{ type: 'number', maximum: 3 }] },
  ],
  ['a reference to elsewhere', { $ref: 'https://a.example/b' }, { $ref: 'https://a.example/b' }, {}],
  [
    'nullable, a word of 3.0',
    { type: 'string', nullable: true },
    { type: ['string', 'null'] },
    { type: 'string', nullable: true },
    { type: 'string', 'x-nullable': true },
  ],
  [
    'the draft that is meant',
    { $schema: 'https://json-schema.org/draft/2020-12/schema', $comment: 'c' },
    { $comment: 'c' },
    {},
  ],
  [
    'names of members that are keywords',
    { properties: { example: { const: 1 }, properties: { type: 'null' }, $ref: { type: 'string' }, type: {} } },
    { properties: { example: { const: 1 }, properties: { type: 'null' }, $ref: { type: 'string' }, type: {} } },
    {
      properties: {
        example: { enum: [1] },
        properties: { enum: [null], nullable: true },
        $ref: { type: 'string' },
        type: {},
      },
    },
    { properties: { example: { enum: [1] }, properties: { 'x-nullable': true }, $ref: { type: 'string' }, type: {} } },
  ],
];

describe.each(rows)(
  'fragmentFor() prints %s',
  (...[, original, openApi31, openApi30 = openApi31, swagger2 = openApi30]) => {
    const schema = original as JsonSchema;
    it('in 3.1', () => expect(fragmentFor('3.1', schema, PLACE)).toEqual(openApi31));
    it('in 3.0', () => expect(fragmentFor('3', schema, PLACE)).toEqual(openApi30));
    it('in 2.0', () => expect(fragmentFor('2', schema, PLACE)).toEqual(swagger2));
  },
);

describe('nullable()', () => {
  it.each<[JsonSchema, JsonSchema]>([
    [{ type: 'string' }, { type: ['string', 'null'] }],
    [{ anyOf: [{ type: 'string' }] }, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    [{ type: 'string', enum: ['a'] }, { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }] }],
    [
      { const: 1, example: 1 },
      { anyOf: [{ const: 1 }, { type: 'null' }], example: 1 },
    ],
    [{}, {}],
    [
      { $ref: '#/$defs/a', $defs: { a: { enum: [1], items: { $ref: '#' } } } },
      {
        anyOf: [
          { $ref: '#/anyOf/0/$defs/a', $defs: { a: { enum: [1], items: { $ref: '#/anyOf/0' } } } },
          { type: 'null' },
        ],
      },
    ],
  ])('lets null through: %j', (schema, expected) => expect(nullable(schema)).toEqual(expected));
});
