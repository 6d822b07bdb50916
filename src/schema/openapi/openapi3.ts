import type { JsonSchema } from '../json-schema.js';
import type { ServiceSchema } from '../service-schema.js';
import { fragmentFor } from './fragment.js';
import { type Header, type ReplyHeaderName, replyHeaders, requestHeaders, requestHeadersOf } from './headers.js';
import {
  type Content,
  commonSchemas,
  namedReplies,
  type Operation,
  operationsFor,
  type QueryParameter,
  type Reply,
} from './operations.js';
import { bearer, bearerRequired, infoOf, pathsOf, type ServiceInfo } from './parts.js';
import { propertyPlace, serviceInput, serviceOutput } from './schemas.js';

/** The versions of one form: they differ in the words of their schemas. */
type Version = '3' | '3.1';

const numbers: Readonly<Record<Version, string>> = { '3': '3.0.3', '3.1': '3.1.0' };
const SCHEMAS = '/components/schemas';

/** The document of OpenAPI 3.0 or 3.1. */
export function openApi3(version: Version, schema: ServiceSchema, info: ServiceInfo): object {
  const common = (path: string) => ({
    parameters: requestHeadersOf(path).map((name) => ({ $ref: `#/components/parameters/${name}` })),
  });
  const operations = operationsFor(schema);
  const print = (operation: Operation) => operationObject(version, operation);
  return {
    openapi: numbers[version],
    info: infoOf(info),
    security: bearerRequired,
    paths: pathsOf(info, operations, print, common),
    components: {
      schemas: {
        ServiceInput: serviceInput(version, schema, `${SCHEMAS}/ServiceInput`),
        ServiceOutput: serviceOutput(version, schema, `${SCHEMAS}/ServiceOutput`),
        ...mapValues(commonSchemas, (part) => fragmentFor(version, part, '')),
      },
      responses: mapValues(namedReplies(operations), (reply) => replyObject(version, reply)),
      parameters: mapValues(requestHeaders, ({ description, schema }: Header, name) => ({
        name,
        in: 'header',
        required: false,
        description,
        schema,
      })),
      headers: mapValues(replyHeaders, ({ always, ...header }: Header & { readonly always?: true }) => ({
        ...header,
        ...(always ? { required: true } : {}),
      })),
      securitySchemes: { Bearer: bearer },
    },
  };
}

function mapValues<T>(values: Readonly<Record<string, T>>, change: (value: T, name: string) => object): object {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}

function operationObject(version: Version, { id, description, secured, query, body, replies }: Operation): object {
  return {
    operationId: id,
    description,
    ...(secured ? { security: bearerRequired } : {}),
    ...(query.length > 0 ? { parameters: query.map((parameter) => queryObject(version, parameter)) } : {}),
    ...(body
      ? {
          requestBody: {
            description: body.description,
            ...(body.required ? { required: true } : {}),
            content: contentObject(version, body.contents),
          },
        }
      : {}),
    responses: mapValues(replies, (reply) =>
      reply.name ? { $ref: `#/components/responses/${reply.name}` } : replyObject(version, reply),
    ),
  };
}

function queryObject(version: Version, parameter: QueryParameter): object {
  switch (parameter.kind) {
    case 'plain': {
      const { name, description, schema } = parameter;
      return { name, in: 'query', required: false, description, schema: fragmentFor(version, schema, '') };
    }
    case 'input': {
      const { name, optional } = parameter.input;
      const schema = { $ref: `#${SCHEMAS}/ServiceInput${propertyPlace(name)}` };
      return { name, in: 'query', required: !optional, content: { 'application/json': { schema } } };
    }
    case 'any': {
      const schema = { type: 'object', additionalProperties: true };
      return { name: 'query', in: 'query', required: false, description: parameter.description, schema };
    }
  }
}

function replyObject(version: Version, { description, headers, contents }: Reply): object {
  return {
    description,
    ...(headers.length > 0 ? { headers: headerObjects(headers) } : {}),
    content: contentObject(version, contents),
  };
}

function headerObjects(names: readonly ReplyHeaderName[]): object {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function contentObject(version: Version, contents: readonly Content[]): object {
  return Object.fromEntries(contents.map(({ mediaType, schema }) => [mediaType, mediaObject(version, schema)]));
}

/** Bytes that are no text have no schema in 3.1; in 3.0 they are a string of a format. */
function mediaObject(version: Version, schema: Content['schema']): object {
  if (schema === 'bytes') return version === '3.1' ? {} : { schema: { type: 'string', format: 'binary' } };
  if (typeof schema === 'string') return { schema: { $ref: `#${SCHEMAS}/${schema}` } };
  return { schema: fragmentFor(version, schema as JsonSchema, '') };
}
