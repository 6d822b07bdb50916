import { createRequire } from 'node:module';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import { type ErrorDetail, HostError } from '../errors.js';
import { nearestName } from '../nearest-name.js';
import { expected } from './expected.js';
import { stringFormats } from './formats.js';
import type { JsonSchema } from './json-schema.js';
import { acceptsNumber, type NumberRule, numberKeyword, withNumberRules } from './number-rule.js';
import { PROBLEMS_MAX, pointerToken, shown } from './refusal.js';

/** All that is wrong with a value, up to {@link PROBLEMS_MAX}; nothing if the schema accepts it. */
export type Validator = (value: unknown, options?: { readonly onlyFirst?: boolean }) => readonly ErrorDetail[];

/**
 * The check of values by a schema: by ajv, which is loaded with the first one.
 *
 * Values are those of `parseJson()`: bigint counts as a number, and so do NaN and ±Infinity, which only a body with
 * these words can have.
 *
 * @throws {HostError} `ENTRY_INVALID` if the schema itself is none.
 */
export function compileValidator(schema: JsonSchema): Validator {
  const checked = withNumberRules(schema);
  // Up to the first error ajv misses that a member named '' is missing.
  const first = compile(checked, requiresEmptyName(checked));
  let all: ValidateFunction | undefined;
  return (value, { onlyFirst = false } = {}) => {
    if (first(value)) return [];
    // To find everything takes memory for each problem, so it is only done where there are few values to be wrong.
    if (onlyFirst) return problems(first, value);
    all ??= compile(checked, true);
    all(value);
    return problems(all, value);
  };
}

const require = createRequire(import.meta.url);
const instances = new Map<string, Ajv2020>();

function ajv(allErrors: boolean, ownProperties: boolean): Ajv2020 {
  const key = `${allErrors} ${ownProperties}`;
  const known = instances.get(key);
  if (known) return known;
  const { Ajv2020: Ajv } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const instance = new Ajv({
    allErrors,
    ownProperties,
    verbose: true,
    strict: false,
    logger: false,
    addUsedSchema: false,
  });
  for (const [name, { accepts }] of Object.entries(stringFormats)) instance.addFormat(name, accepts);
  instance.addKeyword({
    keyword: numberKeyword,
    errors: false,
    compile: (rule: NumberRule) => (value: unknown) => acceptsNumber(rule, value),
  });
  instances.set(key, instance);
  return instance;
}

function compile(schema: JsonSchema, allErrors: boolean): ValidateFunction {
  try {
    return ajv(allErrors, namesInherited(schema)).compile(schema);
  } catch (error) {
    const message = `A parameter type has a jsonSchema that is no JSON Schema: ${(error as Error).message}.`;
    throw new HostError('ENTRY_INVALID', message, { cause: error });
  }
}

function requiresEmptyName(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const { required } = part as JsonSchema;
  if (Array.isArray(required) && required.includes('')) return true;
  return Object.values(part).some(requiresEmptyName);
}

/**
 * Whether a schema names what every object inherits, as `constructor`. Only then are members asked whether they are the
 * object's own: it makes a check several times as long.
 */
function namesInherited(part: unknown): boolean {
  if (typeof part === 'string') return part in Object.prototype;
  if (typeof part !== 'object' || part === null) return false;
  return Object.entries(part).some(([key, value]) => key in Object.prototype || namesInherited(value));
}

function problems({ errors }: ValidateFunction, value: unknown): readonly ErrorDetail[] {
  const found = new Map<string, ErrorDetail>();
  const isBranch = branchTest(errors ?? []);
  for (const error of errors ?? []) {
    if (found.size === PROBLEMS_MAX) break;
    if (isBranch(error)) continue;
    const each = problem(error, value);
    found.set(`${each.path} ${each.message}`, each);
  }
  return [...found.values()];
}

/**
 * Of alternatives none of which fits, only that none fits is told: what is wrong with each would hide it. Their places in
 * the schema are few, where a body may have a hundred thousand of their errors.
 */
function branchTest(errors: readonly ErrorObject[]): (error: ErrorObject) => boolean {
  const places = new Set<string>();
  for (const { keyword, schemaPath } of errors) {
    if (keyword === 'anyOf' || keyword === 'oneOf') places.add(`${schemaPath}/`);
  }
  return ({ schemaPath }) => [...places].some((place) => schemaPath.startsWith(place));
}

function problem(error: ErrorObject, value: unknown): ErrorDetail {
  const { instancePath: path, keyword, params, data } = error;
  if (keyword === 'required') return missing(path, params.missingProperty as string, data as object);
  const schema = error.parentSchema as JsonSchema;
  const came = path === '' ? value : data;
  if (saysAll.has(keyword)) return { path, message: `expected ${expected(schema)}, got ${shown(came)}` };
  return { path, message: `${error.message}, got ${shown(came)}` };
}

/** Keywords of which the words of `expected()` tell all that a value must be. */
const saysAll = new Set(['type', 'anyOf', 'enum', 'format', 'minItems', 'maxItems', numberKeyword]);

function missing(path: string, name: string, object: object): ErrorDetail {
  const nearest = nearestName(name, Object.keys(object));
  const hint = nearest === undefined ? '' : `; did you mean it by ${JSON.stringify(nearest)}?`;
  return { path: `${path}/${pointerToken(name)}`, message: `missing${hint}` };
}
