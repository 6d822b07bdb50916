import {
  inputSchema,
  NumpyParameterType,
  outputSchema,
  type ParameterType,
  rawHttp,
  StandardParameterType,
} from '../../../src/schema/index.js';
import { type ServiceSchema, schemaOf } from '../../../src/schema/service-schema.js';

/** A type of the user's own, with words of JSON Schema that no type of the host has. */
const ownType: ParameterType = {
  jsonSchema: {
    type: 'array',
    prefixItems: [{ const: 'v1' }, { $ref: '#/$defs/share' }],
    minItems: 2,
    maxItems: 2,
    $defs: { share: { type: 'number', exclusiveMinimum: 0, maximum: 1 } },
    example: ['v1', 0.5],
  },
  decode: (value) => value,
};

const everyInput = inputSchema({
  matrix: new NumpyParameterType([[1, 2]]),
  counts: new NumpyParameterType([1n], { dtype: 'int64' }),
  rows: new NumpyParameterType([{ name: 'Sarah', grade: 8 }], { dtype: { name: 'string', grade: 'float64' } }),
  days: new NumpyParameterType([new Date(0)], { dtype: 'datetime64[D]' }),
  image: new StandardParameterType(Buffer.from('hi')),
  number: new StandardParameterType(1),
  whole: new StandardParameterType(1n),
  word: { type: new StandardParameterType('a', { coerce: true }), optional: true },
  day: { type: new StandardParameterType('2020-01-02', { format: 'date' }), optional: true },
  patient: new StandardParameterType({
    example: 'a member called example',
    properties: { type: 'another', $ref: null },
    required: [1, null, 'mixed'],
  }),
  own: { type: ownType, optional: true },
  'größe/~"%': new StandardParameterType(true),
});

/** Services of all kinds, by what their `run` bears. */
export const services: Readonly<
  Record<'every-input' | 'output-only' | 'text' | 'raw' | 'numbers' | 'any-output', ServiceSchema>
> = {
  'every-input': schemaOf(
    everyInput(outputSchema(new StandardParameterType({ label: 'a', score: 0.5 }))((...inputs: unknown[]) => inputs)),
  ),
  'output-only': schemaOf(outputSchema(new NumpyParameterType([1]))(() => [1])),
  'any-output': schemaOf(inputSchema('data', new StandardParameterType('a'))((data) => data)),
  numbers: schemaOf(
    inputSchema('data', new NumpyParameterType([[1, 2]]))(outputSchema(new NumpyParameterType([1]))((data) => data)),
  ),
  text: schemaOf((body: string) => body),
  raw: schemaOf(rawHttp(async (request) => new Response(await request.text()))),
};
