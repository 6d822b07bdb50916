import { type JsonSchema, typesOf } from '../json-schema.js';

/** The versions whose schemas are no JSON Schema, but an extract of it with words of their own. */
export type OlderVersion = '2' | '3';

/**
 * A schema in the words of OpenAPI 3.0, which has one type and `nullable`, or of Swagger 2.0, which has neither null nor
 * alternatives: it says the former by the extension that tools know, and of the latter nothing, which is any value.
 *
 * What a version cannot say is translated where it has other words for it (`const`, exclusive bounds, references), else
 * left out.
 */
export function olderFragment(version: OlderVersion, schema: JsonSchema): object {
  return translate(schema, { version, root: schema, open: [] }).schema;
}

type Words = Record<string, unknown>;

/** What became of a schema. */
interface Translated {
  readonly schema: Words;
  /** Whether it lets through what the original does, and no more. */
  readonly exact: boolean;
}

interface Scope {
  readonly version: OlderVersion;
  /** Where references start. */
  readonly root: JsonSchema;
  /** References that are being followed: one of them again would have no end. */
  readonly open: readonly string[];
}

const ANYTHING: Translated = { schema: {}, exact: true };
const UNSAYABLE: Translated = { schema: {}, exact: false };

/** Keywords that mean the same in all versions. */
const copied = new Set([
  'default',
  'description',
  'enum',
  'externalDocs',
  'format',
  'maxItems',
  'maxLength',
  'maxProperties',
  'minItems',
  'minLength',
  'minProperties',
  'multipleOf',
  'pattern',
  'readOnly',
  'title',
  'uniqueItems',
]);
const copiedBy3 = new Set(['deprecated', 'writeOnly']);
/** Keywords that restrict nothing by themselves. */
const silent = new Set(['$anchor', '$comment', '$defs', '$id', '$schema', 'contentEncoding', 'contentMediaType']);
/** Keywords that are read together with others. */
const together = new Set(['definitions', 'else', 'nullable', 'then', 'type']);

function translate(schema: JsonSchema | boolean, scope: Scope): Translated {
  if (typeof schema !== 'object') return schema ? ANYTHING : nothing(scope);
  if (typeof schema.$ref === 'string') return referred(schema.$ref, schema, scope);
  const parts = Object.entries(schema).map(([keyword, value]) => translateKeyword(keyword, value, schema, scope));
  const translated = typed(schema, all(parts), scope);
  return scope.version === '2' ? withRequired(translated) : translated;
}

/** In 2.0 a member that is required is one of the properties. */
function withRequired({ schema, exact }: Translated): Translated {
  const { required = [], properties = {} } = schema as { required?: string[]; properties?: Words };
  const missing = required.filter((name) => !Object.hasOwn(properties, name));
  if (missing.length === 0) return { schema, exact };
  const anything = Object.fromEntries(missing.map((name) => [name, {}]));
  return { schema: { ...schema, properties: { ...properties, ...anything } }, exact: false };
}

function nothing({ version }: Scope): Translated {
  return version === '3' ? { schema: { not: {} }, exact: true } : UNSAYABLE;
}

/** What a reference leads to, in its place. */
function referred(reference: string, { $ref: _, ...others }: JsonSchema, scope: Scope): Translated {
  const target = scope.open.includes(reference) ? undefined : targetOf(reference, scope.root);
  const found = target === undefined ? UNSAYABLE : translate(target, { ...scope, open: [...scope.open, reference] });
  return all([found, translate(others, scope)]);
}

function targetOf(reference: string, root: JsonSchema): JsonSchema | boolean | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined;
  let target: unknown = root;
  for (const token of reference.slice(2).split('/')) {
    if (token === '' && target === root) continue;
    const name = decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, name)) return undefined;
    target = (target as Words)[name];
  }
  return target as JsonSchema | boolean;
}

/** Conditions that all hold, in one schema as long as no two of them use the same word. */
function all(parts: readonly Translated[]): Translated {
  const schema: Words = {};
  const beside: Words[] = [];
  for (const part of parts) {
    const clashes = Object.keys(part.schema).some((word) => word in schema);
    if (clashes) beside.push(part.schema);
    else Object.assign(schema, part.schema);
  }
  const exact = parts.every((part) => part.exact);
  if (beside.length === 0) return { schema, exact };
  const { allOf: held, ...others } = schema;
  const known = (held as Words[] | undefined) ?? [];
  const further = beside.flatMap((each) => (isAllOf(each) ? each.allOf : [each]));
  return { schema: { ...others, allOf: [...known, ...further] }, exact };
}

function isAllOf(schema: Words): schema is { allOf: Words[] } {
  return Array.isArray(schema.allOf) && Object.keys(schema).length === 1;
}

function words(schema: Words, exact = true): Translated {
  return { schema, exact };
}

function translateKeyword(keyword: string, value: unknown, schema: JsonSchema, scope: Scope): Translated {
  if (copied.has(keyword) || keyword.startsWith('x-')) return words({ [keyword]: value });
  if (copiedBy3.has(keyword)) return scope.version === '3' ? words({ [keyword]: value }) : ANYTHING;
  if (silent.has(keyword) || together.has(keyword)) return ANYTHING;
  switch (keyword) {
    case 'example':
      return words({ example: value });
    case 'examples':
      return 'example' in schema || (value as unknown[]).length === 0
        ? ANYTHING
        : words({ example: (value as unknown[])[0] });
    case 'const':
      return words({ enum: [value] });
    case 'required':
      return (value as unknown[]).length > 0 ? words({ required: value }) : ANYTHING;
    case 'minimum':
    case 'exclusiveMinimum':
      return bound(keyword, 'minimum', 'exclusiveMinimum', schema, (a, b) => a >= b);
    case 'maximum':
    case 'exclusiveMaximum':
      return bound(keyword, 'maximum', 'exclusiveMaximum', schema, (a, b) => a <= b);
    case 'items':
      return 'prefixItems' in schema ? ANYTHING : member('items', value as JsonSchema, scope);
    case 'prefixItems':
      return words({ items: {} }, false);
    case 'properties':
      return properties(value as Readonly<Record<string, JsonSchema>>, scope);
    case 'additionalProperties':
      if ('patternProperties' in schema) return UNSAYABLE;
      return typeof value === 'boolean' ? words({ [keyword]: value }) : member(keyword, value as JsonSchema, scope);
    case 'allOf':
      return allOf((value as JsonSchema[]).map((part) => translate(part, scope)));
    case 'anyOf':
    case 'oneOf':
      return alternatives(keyword, value as JsonSchema[], scope);
    case 'not': {
      const { schema: part, exact } = translate(value as JsonSchema, scope);
      // The opposite of less is more: it would refuse what the host takes.
      return exact && scope.version === '3' ? words({ not: part }) : UNSAYABLE;
    }
    default:
      return UNSAYABLE;
  }
}

function allOf(parts: readonly Translated[]): Translated {
  return words(
    { allOf: parts.map(({ schema }) => schema) },
    parts.every(({ exact }) => exact),
  );
}

type Bound = number | bigint;

/** The end of a range: the tighter of the two that JSON Schema may have, where these versions have one. */
function bound(
  keyword: string,
  plain: 'minimum' | 'maximum',
  exclusive: 'exclusiveMinimum' | 'exclusiveMaximum',
  schema: JsonSchema,
  isTighter: (a: Bound, b: Bound) => boolean,
): Translated {
  const included = schema[plain];
  const excluded = schema[exclusive] as Bound | undefined;
  const isExclusive = excluded !== undefined && (included === undefined || isTighter(excluded, included));
  if (keyword !== (isExclusive ? exclusive : plain)) return ANYTHING;
  return isExclusive ? words({ [plain]: excluded, [exclusive]: true }) : words({ [plain]: included });
}

function member(keyword: string, part: JsonSchema, scope: Scope): Translated {
  const { schema, exact } = translate(part, scope);
  return words({ [keyword]: schema }, exact);
}

function properties(parts: Readonly<Record<string, JsonSchema>>, scope: Scope): Translated {
  const translated = Object.entries(parts).map(([name, part]) => [name, translate(part, scope)] as const);
  const schemas = Object.fromEntries(translated.map(([name, { schema }]) => [name, schema]));
  return words(
    { properties: schemas },
    translated.every(([, { exact }]) => exact),
  );
}

function alternatives(keyword: 'anyOf' | 'oneOf', parts: readonly JsonSchema[], scope: Scope): Translated {
  const isNull = (part: JsonSchema) => part.type === 'null';
  const others = parts.filter((part) => !isNull(part)).map((part) => translate(part, scope));
  const [first] = others;
  const withNull = others.length < parts.length;
  if (first && others.length === 1) return withNull ? orNull(first, scope) : first;
  if (scope.version === '2') return words(withNull ? { 'x-nullable': true } : {}, false);
  const exact = others.every((part) => part.exact);
  const schemas = [...others.map(({ schema }) => schema), ...(withNull ? [nullOf3] : [])];
  // Those that say less than they mean may overlap.
  return words({ [exact ? keyword : 'anyOf']: schemas }, exact);
}

/** Null alone, in 3.0. */
const nullOf3: Words = { enum: [null], nullable: true };

function orNull({ schema, exact }: Translated, { version }: Scope): Translated {
  if (version === '2') return words({ ...schema, 'x-nullable': true }, exact);
  const { enum: values } = schema;
  const isTyped = typeof schema.type === 'string' && Object.keys(schema).every((word) => !restrictsNull.has(word));
  if (!isTyped) return words({ anyOf: [schema, nullOf3] }, exact);
  const all = Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {};
  return words({ ...schema, ...all, nullable: true }, exact);
}

/** Words beside a type that hold for null too. */
const restrictsNull = new Set(['allOf', 'anyOf', 'not', 'oneOf']);

/** With the types of the original: these versions have one, and arrays of it say what is in them. */
function typed(original: JsonSchema, { schema, exact }: Translated, scope: Scope): Translated {
  const types = typesOf(original);
  const others = types.filter((type) => type !== 'null');
  const withNull = others.length < types.length || original.nullable === true;
  if (types.length === 0) return { schema, exact };
  if (others.length === 0) return all([words(nullOnly(scope)), { schema, exact }]);
  if (others.length === 1) {
    const typedSchema = {
      type: others[0],
      ...schema,
      ...(others[0] === 'array' && !schema.items ? { items: {} } : {}),
    };
    const nullable = scope.version === '3' ? { nullable: true } : { 'x-nullable': true };
    return words(withNull ? { ...typedSchema, ...nullable } : typedSchema, exact);
  }
  if (scope.version === '2') return words(schema, false);
  const ofTypes = others.map((type) => (type === 'array' ? { type, items: {} } : { type }));
  return all([{ schema, exact }, words({ anyOf: [...ofTypes, ...(withNull ? [nullOf3] : [])] })]);
}

function nullOnly({ version }: Scope): Words {
  return version === '3' ? nullOf3 : { 'x-nullable': true };
}
