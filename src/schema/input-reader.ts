import { type ErrorDetail, HostError } from '../errors.js';
import { nearestName } from '../nearest-name.js';
import { type JsonLimits, JsonSyntaxError, parseJson } from './json/parse.js';
import { jsonText } from './json/text.js';
import { writeJson } from './json/write.js';
import { PROBLEMS_MAX, pointerToken, refusedFor, shown } from './refusal.js';
import type { InputParameter } from './service-schema.js';
import { compileValidator, type Validator } from './validator.js';

const KEYS_SHOWN_MAX = 10;
const KEY_CHARACTERS_MAX = 40;
const EXAMPLE_CHARACTERS_MAX = 200;
/** Of a larger body only the first problem is looked for: each one found takes memory. */
const ALL_PROBLEMS_BYTES_MAX = 256 * 1024;

/** The arguments of `run`, by the schema of its inputs. */
export class InputReader {
  readonly #inputs: readonly InputParameter[];
  readonly #validators: readonly (() => Validator)[];
  readonly #limits: JsonLimits;

  /** @throws {HostError} `ENTRY_INVALID` if the `jsonSchema` of an input is none. */
  constructor(inputs: readonly InputParameter[], limits: JsonLimits) {
    this.#inputs = inputs;
    this.#limits = limits;
    this.#validators = inputs.map(({ type }) => validatorOf(type.jsonSchema, type.tensorSpec !== undefined));
  }

  /**
   * From the JSON text of a request.
   *
   * @throws {HostError} `INPUT_INVALID`
   */
  fromBody(body: Buffer): unknown[] {
    if (body.length === 0) throw this.#notAnObject('POST body is empty. Expecting a JSON dictionary.', 'nothing');
    const value = this.#parse(body);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#notAnObject('POST body should be a JSON dictionary.', shown(value));
    }
    return this.fromValues(new Map(Object.entries(value)), body.length > ALL_PROBLEMS_BYTES_MAX);
  }

  /**
   * From values by name; names that no input has are passed over, as in the reference.
   *
   * @throws {HostError} `INPUT_INVALID` with all that is wrong, or the first of it.
   */
  fromValues(values: ReadonlyMap<string, unknown>, onlyFirst = false): unknown[] {
    const problems = this.#inputs.flatMap((input, i) => this.#check(input, i, values, onlyFirst));
    if (problems.length > 0) throw this.#refusal(problems.slice(0, PROBLEMS_MAX), values);
    return this.#inputs.map(({ name, type, convert }) => {
      const value = values.get(name) ?? undefined;
      return value === undefined || !convert ? value : type.decode(value, `/${pointerToken(name)}`);
    });
  }

  #check({ name, optional }: InputParameter, i: number, values: ReadonlyMap<string, unknown>, onlyFirst: boolean) {
    const path = `/${pointerToken(name)}`;
    if (!values.has(name)) return optional ? [] : [missing(name, path, values)];
    const value = values.get(name);
    if (optional && value === null) return [];
    const problems = this.#validators[i]?.()(value, { onlyFirst }) ?? [];
    return problems.map((problem) => ({ ...problem, path: path + problem.path }));
  }

  #refusal(problems: readonly ErrorDetail[], values: ReadonlyMap<string, unknown>): HostError {
    const missing = this.#inputs.find(({ name, optional }) => !optional && !values.has(name));
    if (missing === undefined) return refusedFor(problems);
    const message = `A value is not provided for the '${missing.name}' parameter.`;
    return new HostError('INPUT_INVALID', message, { details: problems });
  }

  #parse(body: Buffer): unknown {
    try {
      return parseJson(jsonText(body), this.#limits);
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      throw new HostError('INPUT_INVALID', `POST body could not be decoded as JSON: ${error.message}`);
    }
  }

  #notAnObject(message: string, came: string): HostError {
    const example = Object.fromEntries(this.#inputs.map(({ name, type }) => [name, type.jsonSchema.example]));
    const detail = { path: '', message: `expected an object as ${cut(writeJson(example))}, got ${came}` };
    return new HostError('INPUT_INVALID', message, { details: [detail] });
  }
}

/** Compiled at once, but for tensors: these are checked as they are read, and ajv need not be loaded at the start. */
function validatorOf(schema: InputParameter['type']['jsonSchema'], late: boolean): () => Validator {
  let validator = late ? undefined : compileValidator(schema);
  return () => (validator ??= compileValidator(schema));
}

function missing(name: string, path: string, values: ReadonlyMap<string, unknown>): ErrorDetail {
  if (values.size === 0) return { path, message: 'missing: the input has no keys' };
  const nearest = nearestName(name, values.keys());
  const hint = nearest === undefined ? '' : `; did you mean it by ${JSON.stringify(nearest)}?`;
  return { path, message: `missing: the input has ${firstKeys(values)}${hint}` };
}

/** The keys a message names, and of each no more than one would read: they are the caller's. */
function firstKeys(values: ReadonlyMap<string, unknown>): string {
  const keys: string[] = [];
  for (const key of values.keys()) {
    if (keys.length === KEYS_SHOWN_MAX) return `${keys.join(', ')}, …`;
    keys.push(key.length > KEY_CHARACTERS_MAX ? `${key.slice(0, KEY_CHARACTERS_MAX)}…` : key);
  }
  return keys.join(', ');
}

function cut(text: string): string {
  return text.length > EXAMPLE_CHARACTERS_MAX ? `${text.slice(0, EXAMPLE_CHARACTERS_MAX)}…` : text;
}
