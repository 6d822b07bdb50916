import { isDeepStrictEqual } from 'node:util';
import type { Difference } from '../difference.js';
import { strictJsonOf } from '../our-reply.js';

type Json = Readonly<Record<string, unknown>>;

/** Statuses that the reference documents: what is beside them is added. */
const STATUSES = new Set(['200', 'default']);
/** Operations and schemas that the reference has. */
const PATHS: Readonly<Record<string, string>> = { '': 'get', score: 'post', 'swagger.json': 'get' };
const SCHEMAS = ['ServiceInput', 'ServiceOutput', 'ErrorResponse'];

/**
 * Our document without what it has beyond that of the reference, and with the reference's words where ours are others.
 * Whatever else is different stays, and is found.
 */
export function asReference(document: Json): Json {
  const { parameters: _p, responses: _r, schemes, definitions, components, paths, ...head } = document;
  const is2 = document.swagger === '2.0';
  return {
    ...head,
    ...(is2 ? { schemes: isDeepStrictEqual(schemes, ['https', 'http']) ? ['https'] : schemes } : {}),
    paths: Object.fromEntries(
      Object.entries(paths as Json).flatMap(([path, item]) => pathOfReference(path, item as Json)),
    ),
    ...(is2
      ? { definitions: schemasOfReference(definitions as Json) }
      : {
          components: {
            schemas: schemasOfReference((components as Json).schemas as Json),
            securitySchemes: (components as Json).securitySchemes,
          },
        }),
  };
}

function pathOfReference(path: string, item: Json): [string, Json][] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const method = PATHS[name];
  return method && item[method] ? [[path, { [method]: operationOfReference(item[method] as Json, name) }]] : [];
}

function operationOfReference(operation: Json, name: string): Json {
  const { consumes: _c, produces: _p, ...rest } = operation;
  const { parameters, requestBody, responses } = rest;
  return {
    ...rest,
    ...(parameters ? { parameters: (parameters as Json[]).map(parameterOfReference) } : {}),
    ...(requestBody ? { requestBody: onlyJson(withoutRequired(requestBody as Json)) } : {}),
    responses: Object.fromEntries(
      Object.entries(responses as Json)
        .filter(([status]) => STATUSES.has(status))
        .map(([status, response]) => [
          status,
          responseOfReference(response as Json, status === '200' ? name : 'score'),
        ]),
    ),
  };
}

/** The version is a number of three, the body is required where it is. */
function parameterOfReference(parameter: Json): Json {
  if (parameter.name === 'serviceInputPayload') return withoutRequired(parameter);
  const { description: _, ...version } = parameter;
  const theirs = { type: 'integer', enum: [2, 3] };
  const ours = { type: 'number', enum: [2, 3, 3.1] };
  if (isDeepStrictEqual(version.schema, ours)) return { ...version, schema: theirs };
  const { type, enum: values, ...rest } = version;
  return isDeepStrictEqual({ type, enum: values }, ours) ? { ...rest, ...theirs } : parameter;
}

function withoutRequired(part: Json): Json {
  const { required, ...rest } = part;
  return required === true ? rest : part;
}

/** The content types that are sent, in place of those that the reference names. */
function responseOfReference({ headers: _, ...response }: Json, name: string): Json {
  if (name === 'score') return onlyJson(response);
  const isDocument = name === 'swagger.json';
  const told = JSON.stringify(response);
  const theirs = isDocument
    ? told.replace('"application/json":{"schema":{"type":"object"}}', '"text/plain":{"schema":{"type":"string"}}')
    : told
        .replace('"text/html":{"schema"', '"text/plain":{"schema"')
        .replace('"examples":["Healthy"]', '"example":"Healthy"');
  return JSON.parse(
    isDocument
      ? theirs.replace('"schema":{"type":"object"}', '"schema":{"type":"string"}')
      : theirs.replace('"examples":{"text/html":', '"examples":{"application/json":'),
  ) as Json;
}

/** What is taken and given besides JSON: numbers in bytes, and of a run without a schema anything. */
function onlyJson(part: Json): Json {
  if (typeof part.content !== 'object') return part;
  const {
    '*/*': _any,
    'application/x-npy': _npy,
    'application/vnd.apache.arrow.stream': _arrow,
    ...content
  } = part.content as Json;
  return { ...part, content };
}

function schemasOfReference(schemas: Json): Json {
  return Object.fromEntries(SCHEMAS.map((name) => [name, schemaOfReference(name, schemas[name] as Json)]));
}

function schemaOfReference(name: string, schema: Json): Json {
  if (name === 'ErrorResponse') {
    const { required: _, properties, ...rest } = schema;
    return { ...rest, properties: { message: (properties as Json).message } };
  }
  // Of a run without a schema: an example, and no claim. In 3.1 it is one of a list.
  if (isDeepStrictEqual(schema, { example: {} }) || isDeepStrictEqual(schema, { examples: [{}] })) {
    return { type: 'object', example: {} };
  }
  // Of a result without a type: nothing, where the reference says that it is an object.
  if (name === 'ServiceOutput' && Object.keys(schema).length === 0) return { type: 'object' };
  const { required, examples, ...rest } = schema;
  const isBody = name === 'ServiceInput' && Array.isArray(required);
  const example = Array.isArray(examples) && examples.length === 1 ? { example: examples[0] as unknown } : {};
  return { ...withoutLimits(isBody ? rest : { ...rest, ...(required ? { required } : {}) }), ...example };
}

/** Lengths, ends of ranges and null, which the reference checks in part and never says. */
function withoutLimits(schema: Json): Json {
  const { minItems: _a, maxItems: _b, minimum: _c, maximum: _d, nullable: _e, 'x-nullable': _f, ...rest } = schema;
  const { type, items, properties } = rest;
  const types = Array.isArray(type) ? type.filter((each) => each !== 'null') : [type];
  return {
    ...rest,
    ...(types.length === 1 && type !== undefined ? { type: types[0] as unknown } : {}),
    ...(items ? { items: withoutLimits(items as Json) } : {}),
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, part]) => [key, withoutLimits(part as Json)]),
          ),
        }
      : {}),
  };
}

export const swaggerDifferences: readonly Difference[] = [
  {
    id: 'documents-are-complete',
    reason: 'defect',
    says: 'The documents leave out GET /score, readiness, errors, headers and what is required, and name content types that are not sent; here they say it, and 3.1 claims nothing of a run without a schema.',
    reference:
      'inference-schema.md, section 7: "Untrue or missing in it: GET /score, 400/415/431/500 bodies, headers, version 3.1 in the enum, type of the swagger route (it is JSON), `https` when serving http, … parameter `required`"',
    parts: ['body'],
    applies: ({ request, recorded, ours }) => {
      if (!/\/swagger\.json(?:\?|$)/.test(request.path ?? '') || recorded.status !== 200) return false;
      const [theirs, own] = [recorded, ours].map(({ body }) => strictJsonOf(body) as Json | undefined);
      return own?.paths !== undefined && isDeepStrictEqual(asReference(own), theirs);
    },
  },
];
