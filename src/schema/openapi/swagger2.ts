import { inputJsonSchema, type ServiceSchema } from '../service-schema.js';
import { fragmentFor } from './fragment.js';
import { type Header, replyHeaders, requestHeaders, requestHeadersOf } from './headers.js';
import {
  type Body,
  type Content,
  commonSchemas,
  JSON_TYPE,
  namedReplies,
  type Operation,
  operationsFor,
  type QueryParameter,
  type Reply,
} from './operations.js';
import { bearer, bearerRequired, infoOf, pathsOf, type ServiceInfo } from './parts.js';
import { serviceInput, serviceOutput } from './schemas.js';

/** The document of Swagger 2.0. */
export function swagger2(schema: ServiceSchema, info: ServiceInfo): object {
  const common = (path: string) => ({
    parameters: requestHeadersOf(path).map((name) => ({ $ref: `#/parameters/${name}` })),
  });
  const operations = operationsFor(schema);
  return {
    swagger: '2.0',
    info: infoOf(info),
    schemes: ['https', 'http'],
    consumes: [JSON_TYPE],
    produces: [JSON_TYPE],
    securityDefinitions: { Bearer: bearer },
    paths: pathsOf(info, operations, operationObject, common),
    parameters: Object.fromEntries(
      Object.entries(requestHeaders).map(([name, { description, schema }]) => [
        name,
        { name, in: 'header', required: false, description, ...schema },
      ]),
    ),
    responses: mapReplies(namedReplies(operations), replyObject),
    definitions: {
      ServiceInput: serviceInput('2', schema, '/definitions/ServiceInput'),
      ServiceOutput: serviceOutput('2', schema, '/definitions/ServiceOutput'),
      ...Object.fromEntries(Object.entries(commonSchemas).map(([name, part]) => [name, fragmentFor('2', part, '')])),
    },
  };
}

function operationObject({ id, description, secured, query, body, replies }: Operation): object {
  const parameters = [...query.flatMap(queryObjects), ...(body ? [bodyObject(body)] : [])];
  const produced = Object.values(replies).flatMap(({ contents }) => contents);
  return {
    operationId: id,
    description,
    ...(secured ? { security: bearerRequired } : {}),
    ...typesBesideJson('consumes', body?.contents ?? []),
    ...typesBesideJson('produces', produced),
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: mapReplies(replies, (reply) =>
      reply.name ? { $ref: `#/responses/${reply.name}` } : replyObject(reply),
    ),
  };
}

function mapReplies(replies: Readonly<Record<string, Reply>>, print: (reply: Reply) => object): object {
  return Object.fromEntries(Object.entries(replies).map(([key, reply]) => [key, print(reply)]));
}

/** Media types are those of the whole document, unless there are more. */
function typesBesideJson(keyword: 'consumes' | 'produces', contents: readonly Content[]): object {
  const types = [...new Set(contents.map(({ mediaType }) => mediaType))];
  return types.some((type) => type !== JSON_TYPE) ? { [keyword]: types } : {};
}

const simpleTypes: readonly unknown[] = ['string', 'number', 'integer', 'boolean'];
/** What a parameter that is no body may have besides its type, of the words that a schema has. */
const simpleWords = new Set([
  'enum',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'format',
  'maxLength',
  'maximum',
  'minLength',
  'minimum',
  'multipleOf',
  'pattern',
  'type',
]);

/** Only single values have a type here; what is deeper is text. */
function queryObjects(parameter: QueryParameter): readonly object[] {
  if (parameter.kind === 'any') return []; // this version has no word for names that are not known
  const place = { in: 'query', required: parameter.kind === 'input' && !parameter.input.optional };
  if (parameter.kind === 'plain') {
    const { name, description, schema } = parameter;
    return [{ name, ...place, description, ...simple(fragmentFor('2', schema, '')) }];
  }
  const fragment = fragmentFor('2', inputJsonSchema(parameter.input), '') as { readonly type?: unknown };
  const type = simpleTypes.includes(fragment.type) ? simple(fragment) : { type: 'string' };
  return [{ name: parameter.input.name, ...place, description: 'The value in JSON.', ...type }];
}

function simple(fragment: object): object {
  return Object.fromEntries(Object.entries(fragment).filter(([word]) => simpleWords.has(word)));
}

function bodyObject({ description, required, contents }: Body): object {
  return {
    name: 'serviceInputPayload',
    in: 'body',
    description,
    ...(required ? { required: true } : {}),
    schema: schemaObject(contents),
  };
}

function replyObject({ description, headers, contents }: Reply): object {
  const [content] = contents;
  const example = typeof content?.schema === 'object' ? content.schema.example : undefined;
  return {
    description,
    schema: schemaObject(contents),
    ...(headers.length > 0 ? { headers: Object.fromEntries(headers.map((name) => [name, headerObject(name)])) } : {}),
    ...(content && example !== undefined ? { examples: { [content.mediaType]: example } } : {}),
  };
}

function headerObject(name: keyof typeof replyHeaders): object {
  const { description, schema }: Header = replyHeaders[name];
  return { description, ...schema };
}

/** One schema for all media types: that of JSON, which is the first. */
function schemaObject([first]: readonly Content[]): object {
  if (typeof first?.schema === 'string') return { $ref: `#/definitions/${first.schema}` };
  const { example: _, ...schema } = fragmentFor('2', first?.schema ?? {}, '') as { readonly example?: unknown };
  return schema;
}
