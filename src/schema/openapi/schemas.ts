import { type JsonSchema, withoutExample } from '../json-schema.js';
import { inputJsonSchema, type ServiceSchema } from '../service-schema.js';
import { fragmentFor, type OpenApiVersion, referenceToken } from './fragment.js';
import { replyCodes } from './refusals.js';

/** The body of every refusal. What a caller may count on is the message, as in the reference. */
export const errorResponse: JsonSchema = {
  type: 'object',
  required: ['message'],
  properties: {
    message: { type: 'string' },
    code: { type: 'string', enum: replyCodes },
    details: {
      type: 'array',
      description: 'What is wrong with the input, place by place: each path is a JSON pointer into the body.',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
    requestId: { type: 'string', description: 'The id under which the log has the request.' },
  },
};

export const readiness: JsonSchema = {
  type: 'object',
  required: ['ready', 'reason', 'workersReady', 'workersWanted'],
  properties: {
    ready: { type: 'boolean' },
    reason: { type: 'string' },
    workersReady: { type: 'integer', minimum: 0 },
    workersWanted: { type: 'integer', minimum: 1 },
    models: {
      type: 'array',
      description: 'The models that are loaded, and where they compute.',
      items: {
        type: 'object',
        required: ['name', 'executionProvider'],
        properties: {
          name: { type: 'string' },
          executionProvider: { type: 'string' },
          insteadOf: { type: 'string', description: 'The execution provider that was asked for, and cannot be had.' },
        },
      },
    },
  },
};

/** One property per input; the examples of the inputs together are the example of the body. */
export function serviceInput(version: OpenApiVersion, { kind, inputs }: ServiceSchema, place: string): object {
  if (kind !== 'typed') return undescribed(version);
  if (inputs.length === 0) return { type: 'object' };
  const required = inputs.filter(({ optional }) => !optional).map(({ name }) => name);
  const properties = inputs.map((input) => {
    const { name } = input;
    const fragment = fragmentFor(version, withoutExample(inputJsonSchema(input)), `${place}${propertyPlace(name)}`);
    return [name, fragment] as const;
  });
  const example = Object.fromEntries(inputs.map(({ name, type }) => [name, type.jsonSchema.example]));
  // A part without one would make an example of the whole that does not work.
  const hasExample = inputs.every(({ type }) => 'example' in type.jsonSchema);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    ...(!hasExample ? {} : version === '3.1' ? { examples: [example] } : { example }),
  };
}

/** Where the schema of an input is, in that of the whole body. */
export function propertyPlace(name: string): string {
  return `/properties/${referenceToken(name)}`;
}

export function serviceOutput(version: OpenApiVersion, { kind, output }: ServiceSchema, place: string): object {
  if (kind !== 'typed') return undescribed(version);
  if (output) return fragmentFor(version, output.jsonSchema, place);
  return version === '3.1' ? {} : { type: 'object' };
}

/**
 * What goes in and out of a `run` without a schema is anything. Those who read the versions that the reference has know
 * it as an object, which claims too much, and go on to: 3.1 tells the truth.
 */
function undescribed(version: OpenApiVersion): object {
  return version === '3.1' ? { examples: [{}] } : { type: 'object', example: {} };
}
