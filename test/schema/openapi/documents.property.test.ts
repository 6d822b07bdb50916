import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParameterType } from '../../../src/schema/index.js';
import type { JsonSchema } from '../../../src/schema/json-schema.js';
import { openApiDocuments } from '../../../src/schema/openapi/documents.js';
import { type AnySchema, mapParts } from '../../../src/schema/schema-parts.js';
import type { ServiceSchema } from '../../../src/schema/service-schema.js';
import { asRead, expectValid, versions } from './validated.js';

/** Random schemas of types of the user's own. A longer form: DOCUMENT_SCHEMAS=500. */
const SCHEMAS = Number(process.env.DOCUMENT_SCHEMAS ?? 8);
const VALUES = 20;
/** To check a document takes longer than to make it: each has several of them. */
const IN_A_DOCUMENT = 4;

const types = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] as const;
/** Words that a careless printer takes for keywords. */
const name = fc.oneof(
  fc.constantFrom('a', 'b', 'example', 'type', 'properties', 'items', '$ref', 'nullable', 'required', 'ü/~"%'),
  fc.string({ maxLength: 4 }).filter((each) => each !== '__proto__'),
);
const scalar = fc.constantFrom<unknown>(null, true, 0, 1, -2.5, 'a', 'ab');
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 2 },
    scalar,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'type'), tie('any'), { noNullPrototype: true }),
  ),
})).any;
const small = fc.integer({ min: 0, max: 3 });
const bound = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n }));

const { schema: anySchema } = fc.letrec<{ schema: JsonSchema; part: JsonSchema }>((tie) => {
  const part = tie('part');
  const list = fc.array(part, { minLength: 1, maxLength: 3 });
  const map = fc.dictionary(name, part, { maxKeys: 3, noNullPrototype: true });
  const words = {
    type: fc.oneof(fc.constantFrom(...types), fc.uniqueArray(fc.constantFrom(...types), { minLength: 1 })),
    format: fc.constantFrom('byte', 'binary', 'date', 'int64'),
    description: fc.string(),
    items: part,
    prefixItems: list,
    contains: part,
    minItems: small,
    maxItems: small,
    uniqueItems: fc.boolean(),
    properties: map,
    required: fc.uniqueArray(name, { maxLength: 2 }),
    additionalProperties: fc.oneof(fc.boolean(), part),
    patternProperties: fc.dictionary(fc.constantFrom('^a', 'b$'), part, { noNullPrototype: true }),
    propertyNames: part,
    dependentRequired: fc.constant({ a: ['b'] }),
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
    multipleOf: fc.constantFrom(1, 0.5),
    enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }),
    const: scalar,
    anyOf: list,
    oneOf: list,
    allOf: list,
    not: part,
    if: part,
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: part,
    else: part,
    $ref: fc.constantFrom('#', '#/$defs/a', '#/$defs/b%20~1'),
    example: value,
    examples: fc.array(value, { maxLength: 2 }),
    default: value,
    'x-mine': value,
  };
  const some = fc
    .uniqueArray(fc.constantFrom(...(Object.keys(words) as (keyof typeof words)[])), { maxLength: 4 })
    .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, words[key]]))))
    .map((record) => ({ ...record }) as JsonSchema);
  return {
    part: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constant({}),
      some,
      fc.boolean(),
    ) as fc.Arbitrary<JsonSchema>,
    schema: fc
      .tuple(some, part, part)
      .map(([schema, a, b]) => ({ ...schema, $defs: { a, 'b /': b }, example: schema.example ?? null })),
  };
});

/** A service whose first input and output is `data`, and whose others are `data1`, `data2` and so on. */
function serviceOf(schemas: readonly JsonSchema[], optional: boolean): ServiceSchema {
  const types = schemas.map((jsonSchema) => ({ jsonSchema, decode: (value: unknown) => value }));
  const inputs = types.map((type, i) => ({ name: `data${i || ''}`, type, optional, convert: true }));
  return { kind: 'typed', inputs, output: types[0] as ParameterType };
}

const info = { name: 'n', version: '1', pathPrefix: '' };

describe('documents of random schemas', { timeout: 600_000 }, () => {
  it.each(versions)('are documents of their version: %s', async (version) => {
    const schemas = fc.array(anySchema, { minLength: 1, maxLength: IN_A_DOCUMENT, size: 'max' });
    const property = fc.asyncProperty(schemas, fc.boolean(), async (schemas, optional) => {
      await expectValid(asRead(openApiDocuments(serviceOf(schemas, optional), info)[version]));
    });
    await fc.assert(property, { numRuns: Math.ceil(SCHEMAS / 2) });
  });

  it('mean in 3.1 what the schema means, and in 3.0 no less', () => {
    let accepted = 0;
    const property = fc.property(
      anySchema,
      fc.array(value, { minLength: VALUES, maxLength: VALUES }),
      (schema, values) => {
        const original = validator(asRead(schema), '#');
        const documents = openApiDocuments(serviceOf([schema], false), info);
        const place = '#/components/schemas/ServiceInput/properties/data';
        const exact = validator(asRead(documents['3.1']), place);
        const looser = validator(jsonSchemaOf30(inputOf(asRead(documents['3']))) as object, '#');
        for (const each of values) {
          const isAccepted = original(each);
          if (isAccepted === undefined) continue;
          if (isAccepted) accepted++;
          expect(exact(each) ?? isAccepted, `3.1: ${JSON.stringify(each)}`).toBe(isAccepted);
          if (isAccepted) expect(looser(each) ?? true, `3.0: ${JSON.stringify(each)}`).toBe(true);
        }
      },
    );
    fc.assert(property, { numRuns: SCHEMAS * 10 });
    expect(accepted).toBeGreaterThan(SCHEMAS);
  });
});

/** The check by a schema inside a document at `place`. */
function validator(document: object, place: string): (value: unknown) => boolean | undefined {
  const ajv = new Ajv2020({
    strict: false,
    logger: false,
    validateFormats: false,
    validateSchema: false,
    unevaluated: false,
  });
  ajv.addSchema(document, 'document');
  let check: ValidateFunction | undefined;
  return (each) => {
    try {
      check ??= ajv.compile({ $ref: `document${place}` });
      return check(each);
    } catch (error) {
      if (error instanceof RangeError) return undefined; // a reference round and round
      // What ajv 8.20 makes of `$ref` to false beside a type of arrays does not run: `items0 is not defined`.
      // What ajv 8.20 makes of some schemas does not run: `items0 is not defined` of `$ref` to false beside a type of arrays,
      // `Cannot set properties of undefined` of `additionalProperties` in one of several beside `patternProperties`.
      if (error instanceof ReferenceError || error instanceof TypeError) return undefined;
      throw error;
    }
  };
}

/** What a document says of the input. */
function inputOf(document: object): JsonSchema {
  const { components } = document as {
    components: { schemas: { ServiceInput: { properties: { data: JsonSchema } } } };
  };
  return components.schemas.ServiceInput.properties.data;
}

/** A schema of 3.0 in the words of JSON Schema. */
function jsonSchemaOf30(part: AnySchema): AnySchema {
  if (typeof part !== 'object') return part;
  const { nullable, type, ...words } = part;
  const schema: Record<string, unknown> = nullable === true && type ? { ...words, type: [type, 'null'] } : { ...words };
  if (type && schema.type === undefined) schema.type = type;
  for (const [flag, end] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (schema[flag] !== true) continue;
    schema[flag] = schema[end];
    delete schema[end];
  }
  const entries = Object.entries(schema).map(([word, each]) => [word, mapParts(word, each, jsonSchemaOf30)]);
  return Object.fromEntries(entries) as JsonSchema;
}
