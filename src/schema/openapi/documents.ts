import { type JsonSchema, withoutExample } from '../json-schema.js';
import { inputJsonSchema, type ServiceSchema } from '../service-schema.js';
import { fragmentFor, type OpenApiVersion } from './fragment.js';

/** What the documents say about the service besides its schema. */
export interface ServiceInfo {
  readonly name: string;
  readonly version: string;
  /** Prefix of the paths in the documents; it is printed, never routed. */
  readonly pathPrefix: string;
}

/** The documents by version; the keys are the versions that can be asked for. */
export interface OpenApiDocuments {
  readonly '2': object;
  readonly '3': object;
  readonly '3.1': object;
}

/** The OpenAPI documents of a service, in the three versions that the reference offers. */
export function openApiDocuments(schema: ServiceSchema, info: ServiceInfo): OpenApiDocuments {
  const prefix = info.pathPrefix.replace(/^\/+|\/+$/g, '');
  const base = prefix === '' ? '' : `/${prefix}`;
  const fragments = (version: OpenApiVersion): Fragments => ({
    ServiceInput: fragmentFor(version, inputSchema(schema)),
    ServiceOutput: fragmentFor(version, outputSchema(schema)),
  });
  return {
    '2': swagger2(info, base, fragments('2')),
    '3': openApi3('3.0.3', info, base, fragments('3')),
    '3.1': openApi3('3.1.0', info, base, fragments('3.1')),
  };
}

type Fragments = Readonly<Record<'ServiceInput' | 'ServiceOutput', object>>;

const anything: JsonSchema = { type: 'object', example: {} };
const errorFragment: JsonSchema = { type: 'object', properties: { message: { type: 'string' } } };

/** One property per input; the examples of the inputs together are the example of the body. */
function inputSchema({ kind, inputs }: ServiceSchema): JsonSchema {
  if (kind !== 'typed') return anything;
  if (inputs.length === 0) return { type: 'object' };
  const required = inputs.filter(({ optional }) => !optional).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(inputs.map((input) => [input.name, withoutExample(inputJsonSchema(input))])),
    ...(required.length > 0 ? { required } : {}),
    example: Object.fromEntries(inputs.map(({ name, type }) => [name, type.jsonSchema.example])),
  };
}

function outputSchema({ kind, output }: ServiceSchema): JsonSchema {
  return kind === 'typed' ? (output?.jsonSchema ?? { type: 'object' }) : anything;
}

const descriptions = {
  health: 'Simple health check endpoint to ensure the service is up at any given point.',
  healthOk: "If service is up and running, this response will be returned with the content 'Healthy'",
  score: "Run web service's model and get the prediction output",
  input: 'The input payload for executing the real-time machine learning service.',
  output: 'The service processed the input correctly and provided a result prediction, if applicable.',
  failed: 'The service failed to execute due to an error.',
  swagger: 'Get the Swagger specification.',
  swaggerOk: 'The Swagger specification.',
} as const;

function head(info: ServiceInfo) {
  return {
    title: info.name,
    description: `API specification for the Azure Machine Learning service ${info.name}`,
    version: info.version,
  };
}

const bearer = {
  type: 'apiKey',
  name: 'Authorization',
  in: 'header',
  description: 'For example: Bearer abc123',
} as const;
const bearerRequired = [{ Bearer: [] }];
const versionParameter = { name: 'version', in: 'query', required: false } as const;
const versionSchema = { type: 'integer', enum: [2, 3] } as const;

function swagger2(info: ServiceInfo, base: string, fragments: Fragments): object {
  const reference = (name: string) => ({ $ref: `#/definitions/${name}` });
  const responses = (ok: object) => ({
    200: ok,
    default: { description: descriptions.failed, schema: reference('ErrorResponse') },
  });
  return {
    swagger: '2.0',
    info: head(info),
    schemes: ['https'],
    consumes: ['application/json'],
    produces: ['application/json'],
    securityDefinitions: { Bearer: bearer },
    paths: {
      [`${base}/`]: {
        get: {
          operationId: 'ServiceHealthCheck',
          description: descriptions.health,
          responses: responses({
            description: descriptions.healthOk,
            schema: { type: 'string' },
            examples: { 'application/json': 'Healthy' },
          }),
        },
      },
      [`${base}/score`]: {
        post: {
          operationId: 'RunMLService',
          description: descriptions.score,
          security: bearerRequired,
          parameters: [
            {
              name: 'serviceInputPayload',
              in: 'body',
              description: descriptions.input,
              schema: reference('ServiceInput'),
            },
          ],
          responses: responses({ description: descriptions.output, schema: reference('ServiceOutput') }),
        },
      },
      [`${base}/swagger.json`]: {
        get: {
          operationId: 'GetSwaggerSpec',
          description: descriptions.swagger,
          parameters: [{ ...versionParameter, ...versionSchema }],
          responses: responses({ description: descriptions.swaggerOk, schema: { type: 'string' } }),
        },
      },
    },
    definitions: { ...fragments, ErrorResponse: errorFragment },
  };
}

function openApi3(version: string, info: ServiceInfo, base: string, fragments: Fragments): object {
  const json = (name: string) => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } });
  const responses = (description: string, content: object) => ({
    200: { description, content },
    default: { description: descriptions.failed, content: json('ErrorResponse') },
  });
  return {
    openapi: version,
    info: head(info),
    security: bearerRequired,
    paths: {
      [`${base}/`]: {
        get: {
          operationId: 'ServiceHealthCheck',
          description: descriptions.health,
          responses: responses(descriptions.healthOk, {
            'text/plain': { schema: { type: 'string', example: 'Healthy' } },
          }),
        },
      },
      [`${base}/score`]: {
        post: {
          operationId: 'RunMLService',
          description: descriptions.score,
          security: bearerRequired,
          requestBody: { description: descriptions.input, content: json('ServiceInput') },
          responses: responses(descriptions.output, json('ServiceOutput')),
        },
      },
      [`${base}/swagger.json`]: {
        get: {
          operationId: 'GetSwaggerSpec',
          description: descriptions.swagger,
          parameters: [{ ...versionParameter, schema: versionSchema }],
          responses: responses(descriptions.swaggerOk, { 'text/plain': { schema: { type: 'string' } } }),
        },
      },
    },
    components: {
      schemas: { ...fragments, ErrorResponse: errorFragment },
      securitySchemes: { Bearer: bearer },
    },
  };
}
