import { isUtf8 } from 'node:buffer';
import { DataFrame } from '../data-frame/data-frame.js';
import { type ErrorDetail, HostError } from '../errors.js';
import { nearestName } from '../nearest-name.js';
import { Tensor, type TensorSpec } from '../tensor.js';
import { wholeBodyInput } from './body-types.js';
import { isJson } from './json/is-json.js';
import { type EnvelopePart, readEnvelope, type UnfitValue } from './json/numbers/envelope.js';
import type { ReadTensor } from './json/numbers/tensor-reader.js';
import { type JsonLimits, JsonSyntaxError, parseJson } from './json/parse.js';
import { jsonText } from './json/text.js';
import { writeJson } from './json/write.js';
import type { JsonSchema } from './json-schema.js';
import { cut, PROBLEMS_MAX, pointerToken, refusedFor, shown } from './refusal.js';
import { type InputParameter, inputJsonSchema } from './service-schema.js';
import { compileValidator, type Validator } from './validator.js';

const KEYS_SHOWN_MAX = 10;
const EXAMPLE_CHARACTERS_MAX = 200;
/** Of a larger body only the first problem is looked for: each one found takes memory. */
const ALL_PROBLEMS_BYTES_MAX = 256 * 1024;

/** What reading the bytes of a body gave: its values, or the first tensor that did not fit. */
type ReadBody =
  | { readonly kind: 'values'; readonly values: ReadonlyMap<string, unknown> }
  | { readonly kind: 'unfit'; readonly problem: ErrorDetail };

/** The arguments of `run`, by the schema of its inputs. */
export class InputReader {
  readonly #inputs: readonly InputParameter[];
  readonly #validators: readonly (() => Validator)[];
  readonly #limits: JsonLimits;
  /** What is read from the bytes of a body straight into a tensor. */
  readonly #tensorSpecs: ReadonlyMap<string, TensorSpec>;

  /** @throws {HostError} `ENTRY_INVALID` if the `jsonSchema` of an input is none. */
  constructor(inputs: readonly InputParameter[], limits: JsonLimits) {
    this.#inputs = inputs;
    this.#limits = limits;
    const direct = inputs.filter(({ type, convert }) => type.tensorSpec && convert);
    this.#tensorSpecs = new Map(direct.map(({ name, type }) => [name, type.tensorSpec as TensorSpec]));
    this.#validators = inputs.map((input) => validatorOf(inputJsonSchema(input), input.type.tensorSpec !== undefined));
  }

  /**
   * From the JSON text of a request.
   *
   * @throws {HostError} `INPUT_INVALID`
   */
  fromBody(body: Buffer): unknown[] {
    const read = this.#tensorSpecs.size > 0 ? this.#readBytes(body) : undefined;
    const onlyFirst = body.length > ALL_PROBLEMS_BYTES_MAX;
    if (read?.kind === 'values') return this.fromValues(read.values, onlyFirst);
    if (read && onlyFirst) throw refusedFor([read.problem]);
    if (body.length === 0) throw this.#notAnObject('POST body is empty. Expecting a JSON dictionary.', 'nothing');
    const value = this.#parse(body);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#notAnObject('POST body should be a JSON dictionary.', shown(value));
    }
    const values = this.fromValues(new Map(Object.entries(value)), onlyFirst);
    // As doubles they fit: 1e-400 is 0 then, and a whole number. As it is written it is none.
    if (read) throw refusedFor([read.problem]);
    return values;
  }

  /**
   * From one tensor or data frame that is the body, for the one input that it can be.
   *
   * @throws {HostError} `INPUT_INVALID` if it does not fit.
   */
  fromWhole(value: Tensor | DataFrame): unknown[] {
    const input = wholeBodyInput(this.#inputs);
    const type = input?.type;
    const read = value instanceof DataFrame ? type?.fromDataFrame?.(value, '') : type?.fromTensor?.(value, '');
    return this.#inputs.map((each) => (each === input ? read : undefined));
  }

  /**
   * From values by name, which may be tensors already; names that no input has are passed over, as in the reference.
   *
   * @throws {HostError} `INPUT_INVALID` with all that is wrong, or the first of it.
   */
  fromValues(values: ReadonlyMap<string, unknown>, onlyFirst = false): unknown[] {
    const problems = this.#inputs.flatMap((input, i) => this.#check(input, i, values, onlyFirst));
    if (problems.length > 0) throw this.#refusal(problems.slice(0, PROBLEMS_MAX), values);
    return this.#inputs.map((input) => argument(input, values.get(input.name)));
  }

  /**
   * The values of a body, its tensors without a JavaScript value per number.
   *
   * @returns undefined if the body has to be parsed as a whole, to find what is wrong with it.
   */
  #readBytes(body: Buffer): ReadBody | undefined {
    const envelope = readEnvelope(body, this.#tensorSpecs, this.#limits);
    if (envelope === undefined) return undefined;
    const values = new Map<string, unknown>();
    for (const [name, part] of envelope) {
      if (part.kind === 'unfit' && !this.#isLeftOut(body, name, part)) {
        const path = `/${pointerToken(name)}${part.path}`;
        return { kind: 'unfit', problem: { path, message: part.message } };
      }
      const value = this.#readPart(body, name, part);
      if (value === undefined) return undefined;
      values.set(name, value);
    }
    return { kind: 'values', values };
  }

  /** An optional input may be null, which is no tensor. */
  #isLeftOut(body: Buffer, name: string, { start, end }: UnfitValue): boolean {
    const { optional } = this.#inputs.find((each) => each.name === name) as InputParameter;
    return optional && body.toString('latin1', start, end) === 'null';
  }

  /**
   * Each part is looked at, also what no input wants, of which nothing is kept but its name: else the body would not be
   * known to be JSON.
   */
  #readPart(body: Buffer, name: string, part: EnvelopePart): unknown {
    if (part.kind === 'tensor') return this.#tensorOf(name, part);
    const slice = body.subarray(part.start, part.end);
    if (!isUtf8(slice)) return undefined;
    if (!this.#inputs.some((input) => input.name === name)) return isJson(slice) ? null : undefined;
    try {
      return parseJson(slice.toString(), this.#limits);
    } catch {
      return undefined;
    }
  }

  /** @returns undefined for no rows, where the schema asks for some: the general path has the words for it. */
  #tensorOf(name: string, { data, dims }: ReadTensor): Tensor | undefined {
    const input = this.#inputs.find((each) => each.name === name) as InputParameter;
    if (dims[0] === 0 && (input.type.jsonSchema.minItems ?? 0) > 0) return undefined;
    const { type } = input.type.tensorSpec as TensorSpec;
    return new Tensor(type as 'float32', data as Float32Array, dims);
  }

  #check({ name, optional }: InputParameter, i: number, values: ReadonlyMap<string, unknown>, onlyFirst: boolean) {
    const path = `/${pointerToken(name)}`;
    if (!values.has(name)) return optional ? [] : [missing(name, path, values)];
    const value = values.get(name);
    if (value instanceof Tensor) return [];
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
    const detail = {
      path: '',
      message: `expected an object as ${cut(writeJson(example), EXAMPLE_CHARACTERS_MAX)}, got ${came}`,
    };
    return new HostError('INPUT_INVALID', message, { details: [detail] });
  }
}

/** What `run` receives for a value that is right. */
function argument({ name, type, optional, convert }: InputParameter, value: unknown): unknown {
  if (optional && (value ?? undefined) === undefined) return undefined;
  return value instanceof Tensor || !convert ? value : type.decode(value, `/${pointerToken(name)}`);
}

/** Compiled at once, but for tensors: these are checked as they are read, and ajv need not be loaded at the start. */
function validatorOf(schema: JsonSchema, late: boolean): () => Validator {
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
    keys.push(cut(key));
  }
  return keys.join(', ');
}
