import { bodyTypes, resultTypes } from '../body-types.js';
import type { JsonSchema } from '../json-schema.js';
import type { InputParameter, ServiceSchema } from '../service-schema.js';
import { headersOf, type ReplyHeaderName } from './headers.js';
import { meaningOf, type OperationId, operationsOf, type Refusal, refusalsOf } from './refusals.js';
import { errorResponse, readiness } from './schemas.js';

/** A path and method of a service, as all versions can describe it. */
export interface Operation {
  readonly id: OperationId;
  readonly path: '/' | '/score' | '/swagger.json' | '/health/ready';
  readonly method: 'get' | 'post';
  readonly description: string;
  /** Whether the operation itself asks for a key, as the reference has it for calls. */
  readonly secured?: true;
  readonly query: readonly QueryParameter[];
  readonly body?: Body;
  /** By status, `default` being any other. */
  readonly replies: Readonly<Record<string, Reply>>;
}

export type QueryParameter =
  /** A value in JSON: an input of `run`. */
  | { readonly kind: 'input'; readonly input: InputParameter }
  | { readonly kind: 'plain'; readonly name: string; readonly description: string; readonly schema: JsonSchema }
  /** Any names and values. */
  | { readonly kind: 'any'; readonly description: string };

export interface Body {
  readonly description: string;
  readonly required: boolean;
  readonly contents: readonly Content[];
}

export interface Reply {
  /** Replies that many operations have are in the document once, by name. */
  readonly name?: string;
  readonly description: string;
  readonly headers: readonly ReplyHeaderName[];
  readonly contents: readonly Content[];
}

export interface Content {
  readonly mediaType: string;
  /** A schema by its name in the document, one of its own, or that it is no JSON and no text. */
  readonly schema: SchemaName | JsonSchema | 'bytes';
}

/** The schemas that a document has by name. */
export type SchemaName = 'ServiceInput' | 'ServiceOutput' | 'ErrorResponse' | 'ServiceReadiness';

export const JSON_TYPE = 'application/json';
const ANY_TYPE = '*/*';

const descriptions = {
  health: 'Simple health check endpoint to ensure the service is up at any given point.',
  healthOk: "If service is up and running, this response will be returned with the content 'Healthy'",
  score: "Run web service's model and get the prediction output",
  scoreByQuery: "Run web service's model on the parameters of the query and get the prediction output",
  input: 'The input payload for executing the real-time machine learning service.',
  output: 'The service processed the input correctly and provided a result prediction, if applicable.',
  failed: 'The service failed to execute due to an error.',
  swagger: 'Get the Swagger specification.',
  swaggerOk: 'The Swagger specification.',
  version: 'The version of the specification; 2.0 and 3.0 are taken too. Default: 2.',
  ready: 'Whether calls should be sent here: workers are ready, and the service is not ending.',
  readyOk: 'Calls can be answered.',
  notReady: 'Calls cannot be answered now; the reason is for a person.',
  anyQuery: 'Whatever the service makes of it.',
} as const;

/** All that can be asked of a service: the operations of the reference in its order, then those it does not document. */
export function operationsFor(schema: ServiceSchema): readonly Operation[] {
  const replies = (id: OperationId, own: Operation['replies']) => withRefusals(id, schema, own);
  return [
    {
      id: 'ServiceHealthCheck',
      path: '/',
      method: 'get',
      description: descriptions.health,
      query: [],
      replies: replies('ServiceHealthCheck', {
        200: {
          description: descriptions.healthOk,
          headers: headersOf.plain,
          contents: [{ mediaType: 'text/html', schema: { type: 'string', example: 'Healthy' } }],
        },
      }),
    },
    {
      id: 'RunMLService',
      path: '/score',
      method: 'post',
      description: descriptions.score,
      secured: true,
      query: [],
      body: { description: descriptions.input, required: schema.kind === 'typed', contents: bodyContents(schema) },
      replies: replies('RunMLService', { 200: resultReply(schema) }),
    },
    {
      id: 'RunMLServiceByQuery',
      path: '/score',
      method: 'get',
      description: descriptions.scoreByQuery,
      secured: true,
      query: queryOf(schema),
      replies: replies('RunMLServiceByQuery', { 200: resultReply(schema) }),
    },
    {
      id: 'GetSwaggerSpec',
      path: '/swagger.json',
      method: 'get',
      description: descriptions.swagger,
      query: [
        {
          kind: 'plain',
          name: 'version',
          description: descriptions.version,
          schema: { type: 'number', enum: [2, 3, 3.1] },
        },
      ],
      replies: replies('GetSwaggerSpec', {
        200: {
          description: descriptions.swaggerOk,
          headers: headersOf.document,
          contents: [{ mediaType: JSON_TYPE, schema: { type: 'object' } }],
        },
      }),
    },
    {
      id: 'ServiceReadinessCheck',
      path: '/health/ready',
      method: 'get',
      description: descriptions.ready,
      query: [],
      replies: replies('ServiceReadinessCheck', {
        200: readinessReply(descriptions.readyOk, headersOf.plain),
        503: readinessReply(descriptions.notReady, headersOf.unready),
      }),
    },
  ];
}

/** Only a typed `run` says what it gives. Others may answer anything, an object in JSON where they return one. */
function resultReply(schema: ServiceSchema): Reply {
  const contents: readonly Content[] = [
    { mediaType: JSON_TYPE, schema: 'ServiceOutput' },
    ...resultTypes(schema).map((mediaType) => ({ mediaType, schema: 'bytes' }) as const),
    ...(schema.kind === 'typed' && schema.output ? [] : [anyContent]),
  ];
  return { description: descriptions.output, headers: headersOf.result, contents };
}

const anyContent: Content = { mediaType: ANY_TYPE, schema: {} };

function bodyContents(schema: ServiceSchema): readonly Content[] {
  const json: Content = { mediaType: JSON_TYPE, schema: 'ServiceInput' };
  switch (schema.kind) {
    case 'typed':
      return [json, ...bodyTypes(schema).map((mediaType) => ({ mediaType, schema: 'bytes' }) as const)];
    case 'text':
      return [json, { mediaType: ANY_TYPE, schema: { type: 'string' } }];
    case 'raw':
      return [json, anyContent];
  }
}

function queryOf({ kind, inputs }: ServiceSchema): readonly QueryParameter[] {
  if (kind === 'typed') return inputs.map((input) => ({ kind: 'input', input }));
  return [{ kind: 'any', description: descriptions.anyQuery }];
}

function readinessReply(description: string, headers: readonly ReplyHeaderName[]): Reply {
  return { description, headers, contents: [{ mediaType: JSON_TYPE, schema: 'ServiceReadiness' }] };
}

/** A raw `run` may answer any status, with any body; the host's own refusals are the same for all. */
function withRefusals(id: OperationId, schema: ServiceSchema, own: Operation['replies']): Operation['replies'] {
  const anything = schema.kind === 'raw' && operationsOf.RUN_FAILED.includes(id) ? [anyContent] : [];
  const contents: readonly Content[] = [{ mediaType: JSON_TYPE, schema: 'ErrorResponse' }, ...anything];
  const refusals = refusalsOf(id, schema).map((refusal): readonly [string, Reply] => [
    String(refusal.status),
    {
      name: [...refusal.codes, ...anything.map(() => 'RESPONSE')].join('-'),
      description: meaningOf(refusal),
      headers: refusalHeaders(refusal),
      contents,
    },
  ]);
  const other: Reply = { description: descriptions.failed, headers: [], contents };
  return { ...Object.fromEntries(refusals), ...own, default: other };
}

function refusalHeaders({ status, retried }: Refusal): readonly ReplyHeaderName[] {
  if (status === 401) return headersOf.challenge;
  return retried ? headersOf.retried : headersOf.refusal;
}

/** The replies that a document has by name. */
export function namedReplies(operations: readonly Operation[]): Readonly<Record<string, Reply>> {
  const replies = operations.flatMap((operation) => Object.values(operation.replies));
  return Object.fromEntries(replies.flatMap((reply) => (reply.name ? [[reply.name, reply]] : [])));
}

/** The schemas that are the same for all services. */
export const commonSchemas: Readonly<Record<'ErrorResponse' | 'ServiceReadiness', JsonSchema>> = {
  ErrorResponse: errorResponse,
  ServiceReadiness: readiness,
};
