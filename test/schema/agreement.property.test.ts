import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DTYPES, type Dtype, integerRanges, isFloatType } from '../../src/dtype.js';
import { HostError } from '../../src/errors.js';
import { stringFormats } from '../../src/schema/formats.js';
import {
  NumpyParameterType,
  PandasParameterType,
  type ParameterType,
  SparkParameterType,
  StandardParameterType,
} from '../../src/schema/index.js';
import { InputReader } from '../../src/schema/input-reader.js';
import { writeJson } from '../../src/schema/json/write.js';
import type { JsonSchema } from '../../src/schema/json-schema.js';
import { openApiDocuments } from '../../src/schema/openapi/documents.js';
import type { ServiceSchema } from '../../src/schema/service-schema.js';
import { bodyOf, mutated } from './bodies-of-schema.js';

/**
 * The validator and the documents agree: for random samples, bodies made from the printed schema are accepted, and
 * mutated ones are refused if and only if a plain validator with the printed schema refuses them.
 *
 * 100 samples per type and 1,000 bodies of each kind: `npm run test:schemas`.
 */
const SAMPLES = Number(process.env.SCHEMA_SAMPLES ?? 12);
const BODIES = Number(process.env.SCHEMA_BODIES ?? 25);

const limits = { depthMax: 100 };

const dtypeValue = (dtype: Dtype): fc.Arbitrary<number | bigint | boolean | string> => {
  if (dtype === 'string') return fc.string();
  if (dtype === 'bool') return fc.boolean();
  if (isFloatType(dtype)) return fc.float({ noNaN: true, noDefaultInfinity: true });
  const { min, max } = integerRanges[dtype];
  return dtype.endsWith('64') ? fc.bigInt({ min, max }) : fc.integer({ min: Number(min), max: Number(max) });
};

function nestedArrays(element: fc.Arbitrary<unknown>, dims: readonly number[]): fc.Arbitrary<unknown[]> {
  const [length = 0, ...inner] = dims;
  const part = inner.length === 0 ? element : nestedArrays(element, inner);
  return fc.array(part, { minLength: length, maxLength: length });
}

const numpyType: fc.Arbitrary<ParameterType> = fc
  .record({
    dtype: fc.constantFrom(...DTYPES),
    dims: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    coerce: fc.boolean(),
  })
  .chain(({ dtype, dims, coerce }) =>
    nestedArrays(dtypeValue(dtype), dims).map(
      (sample) => new NumpyParameterType(sample as number[], { dtype, coerce }),
    ),
  );

const structuredType: fc.Arbitrary<ParameterType> = fc
  .dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.constantFrom<Dtype>('float64', 'int8', 'string', 'bool'), {
    minKeys: 1,
    maxKeys: 3,
    noNullPrototype: true,
  })
  .chain((dtype) => {
    const fields = Object.entries(dtype).map(([name, type]) => [name, dtypeValue(type)] as const);
    const row = fc.record(Object.fromEntries(fields)).map((record) => ({ ...record }));
    return fc.array(row, { minLength: 1, maxLength: 2 }).map((rows) => new NumpyParameterType(rows, { dtype }));
  });

const date = fc.date({ min: new Date(0), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true });
const scalar = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
  fc.string(),
  fc.boolean(),
  date,
  fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
);
const key = fc.string({ maxLength: 5 }).filter((name) => name !== '__proto__');
const { sample: standardSample } = fc.letrec((tie) => ({
  sample: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('part'), { maxLength: 3 }),
    fc.dictionary(key, tie('part'), { maxKeys: 3, noNullPrototype: true }),
    fc.array(fc.tuple(key, tie('part')), { maxLength: 2 }).map((entries) => new Map(entries)),
    fc.array(tie('part'), { maxLength: 2 }).map((items) => new Set(items)),
    fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 3 }).map((row) => [new NumpyParameterType(row)]),
  ),
  part: fc.oneof(tie('sample'), fc.constant(null)),
}));
const standardType: fc.Arbitrary<ParameterType> = fc
  .tuple(standardSample, fc.boolean())
  .map(([sample, coerce]) => new StandardParameterType(sample, { coerce }));

const cells: readonly fc.Arbitrary<unknown>[] = [
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.string(),
  fc.boolean(),
  date,
  fc.dictionary(key, scalar, { maxKeys: 2, noNullPrototype: true }),
];
const columns = (rows: number) =>
  fc.dictionary(
    key,
    fc
      .constantFrom(...cells)
      .chain((cell) =>
        fc
          .tuple(cell, fc.array(fc.option(cell, { freq: 4 }), { minLength: rows - 1, maxLength: rows - 1 }))
          .map(([first, more]) => [first, ...more]),
      ),
    { minKeys: 1, maxKeys: 4, noNullPrototype: true },
  );
/**
 * Layouts of which a schema says all. Elsewhere it cannot say which column stands where, or that columns have the same
 * rows: see the tests of the type itself.
 */
const namedOrients = ['records', 'index'] as const;
const pandasType: fc.Arbitrary<ParameterType> = fc
  .record({
    orient: fc.constantFrom(...namedOrients),
    coerce: fc.boolean(),
    enforceShape: fc.boolean(),
    sample: fc.integer({ min: 1, max: 3 }).chain(columns),
  })
  .map(({ sample, ...options }) => new PandasParameterType(sample as Record<string, string[]>, options));

const sparkType: fc.Arbitrary<ParameterType> = fc
  .integer({ min: 1, max: 3 })
  .chain(columns)
  .map(sparkOf)
  .filter((type) => type !== undefined);

/** Objects of one column may by chance have a member of two kinds, of which there is no Spark type. */
function sparkOf(sample: Record<string, unknown>): ParameterType | undefined {
  try {
    return new SparkParameterType(sample as Record<string, string[]>);
  } catch (error) {
    if (/no Spark type can be told .* it holds \w+ and \w+/.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** Every kind of type, and how random ones are made. */
const types: Readonly<Record<string, fc.Arbitrary<ParameterType>>> = {
  NumpyParameterType: numpyType,
  'NumpyParameterType of structured elements': structuredType,
  StandardParameterType: standardType,
  PandasParameterType: pandasType,
  SparkParameterType: sparkType,
};

/** The schema of the input as a stranger reads it: from the text of the document. */
function printedSchema(schema: ServiceSchema): JsonSchema {
  const documents = openApiDocuments(schema, { name: 'n', version: '1', pathPrefix: '' });
  const { components } = JSON.parse(writeJson(documents['3.1'])) as {
    components: { schemas: { ServiceInput: { properties: { data: JsonSchema } } } };
  };
  return components.schemas.ServiceInput.properties.data;
}

/** One for all: each would compile its meta-schema first. Without allErrors it misses that a member named '' is missing. */
const ajv = new Ajv2020({ allErrors: true, strict: false, logger: false, addUsedSchema: false });
for (const [name, { accepts }] of Object.entries(stringFormats)) ajv.addFormat(name, accepts);

/** Whether the host takes a value, by the way that a call takes. */
function takes(reader: InputReader, value: unknown): boolean {
  try {
    reader.fromBody(Buffer.from(JSON.stringify({ data: value })));
    return true;
  } catch (error) {
    if (error instanceof HostError && error.code === 'INPUT_INVALID') return false;
    throw error;
  }
}

describe.each(Object.entries(types))('%s', (_, type) => {
  it('accepts what its document says, and refuses what its document does not', { timeout: 1_200_000 }, () => {
    let refused = 0;
    const property = fc.property(type, fc.infiniteStream(fc.nat()), (parameterType, seeds) => {
      const schema: ServiceSchema = {
        kind: 'typed',
        inputs: [{ name: 'data', type: parameterType, optional: false, convert: true }],
      };
      const printed = printedSchema(schema);
      const valid = ajv.compile(printed);
      const reader = new InputReader(schema.inputs, limits);
      const seed = seeds.next().value as number;
      for (const value of fc.sample(bodyOf(printed), { seed, numRuns: BODIES })) {
        expect(valid(value), `the generator made ${JSON.stringify(value)}`).toBe(true);
        expect(takes(reader, value), `refused ${JSON.stringify(value)} of ${JSON.stringify(printed)}`).toBe(true);
      }
      for (const value of fc.sample(mutated(bodyOf(printed)), { seed, numRuns: BODIES })) {
        const right = valid(value);
        if (!right) refused++;
        expect(takes(reader, value), `${JSON.stringify(value)} of ${JSON.stringify(printed)}`).toBe(right);
      }
    });
    fc.assert(property, { numRuns: SAMPLES, endOnFailure: true });
    expect(refused).toBeGreaterThan((SAMPLES * BODIES) / 4);
  });
});
