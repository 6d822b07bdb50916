import { HostError } from '../errors.js';
import { refuseRawBatch } from './batch.js';
import { type NamedInputsDecorator, type OutputDecorator, type RunDecorator, runDecorator } from './decorator.js';
import type { ParameterType } from './parameter-type.js';
import { type InputParameter, schemaOf, withSchema } from './service-schema.js';

/** What may be said of an input besides its type. */
export interface InputOptions {
  /** Whether a body may leave the input out, or say null; `run` then receives `undefined`. Default: false. */
  readonly optional?: boolean;
  /** Whether `run` receives what the type makes of the JSON value, or the value itself. Default: true. */
  readonly convertToProvidedType?: boolean;
}

/** An input in the object form: a type, or a type with its options. */
export type InputDefinition<T = unknown> = ParameterType<T> | ({ readonly type: ParameterType<T> } & InputOptions);

type InputValue<T, O extends InputOptions> =
  | (O extends { readonly convertToProvidedType: false } ? unknown : T)
  | (O extends { readonly optional: true } ? undefined : never);
type DefinedValue<D> =
  D extends ParameterType<infer T>
    ? T
    : D extends { readonly type: ParameterType<infer T> }
      ? InputValue<T, D & InputOptions>
      : never;

/**
 * Names and types inputs of `run`. It is a wrapper of functions and a decorator of methods, standard and legacy.
 *
 * Inputs are positional: the outermost `inputSchema` is the first parameter. An object of types fixes several at once,
 * in its order.
 *
 * @param name - The name of the input in the JSON body.
 * @example
 * ```ts
 * export const run = inputSchema('data', new NumpyParameterType([[1, 2]]))((data) => data);
 * ```
 * @throws {HostError} `ENTRY_INVALID` if the name is taken already, or `run` is marked with `rawHttp`.
 */
export function inputSchema<T, const O extends InputOptions = Record<never, never>>(
  name: string,
  type: ParameterType<T>,
  options?: O,
): RunDecorator<[InputValue<T, O>]>;
export function inputSchema<const D extends Readonly<Record<string, InputDefinition>>>(
  inputs: D,
): NamedInputsDecorator<DefinedValue<D[keyof D]>>;
export function inputSchema(
  first: string | Readonly<Record<string, InputDefinition>>,
  type?: ParameterType,
  options?: InputOptions,
): unknown {
  const inputs =
    typeof first === 'string'
      ? [inputOf(first, type, options)]
      : Object.entries(first).map(([name, definition]) => definedInput(name, definition));
  return runDecorator((run) => {
    const schema = schemaOf(run);
    refuseRaw(schema.kind);
    for (const { name } of inputs) {
      if (!schema.inputs.some((input) => input.name === name)) continue;
      throw new HostError('ENTRY_INVALID', `inputSchema('${name}'): the input '${name}' is defined already.`);
    }
    return withSchema(run, { ...schema, kind: 'typed', inputs: [...inputs, ...schema.inputs] });
  });
}

/**
 * Types what `run` gives: results are written by the type, and the documents show it.
 *
 * @throws {HostError} `ENTRY_INVALID` if there is an output schema already, or `run` is marked with `rawHttp`.
 */
export function outputSchema(type: ParameterType): OutputDecorator {
  requireType('outputSchema(type)', type);
  return runDecorator((run) => {
    const schema = schemaOf(run);
    refuseRaw(schema.kind);
    if (schema.output) throw new HostError('ENTRY_INVALID', 'outputSchema(): the output schema is defined already.');
    return withSchema(run, { ...schema, kind: 'typed', output: type });
  });
}

/**
 * Marks a `run` that takes the request as it came and may answer with a `Response` of its own.
 *
 * It sees every method that /score has: GET, POST, HEAD and OPTIONS. Preflights of browsers are answered by the host,
 * by its list of origins, unless `options.preflights` asks for them.
 *
 * @example
 * ```ts
 * export const run = rawHttp(async (request) => new Response(await request.text(), { status: 201 }));
 * ```
 * @throws {HostError} `ENTRY_INVALID` if `run` has a schema, or is marked with `batch`: these exclude each other.
 */
export function rawHttp<R>(
  run: (request: Request) => R,
  options: { readonly preflights?: boolean } = {},
): (request: Request) => R {
  const { kind, batchRowsMax } = schemaOf(run);
  if (kind === 'typed') refuseRaw('raw');
  if (batchRowsMax !== undefined) refuseRawBatch();
  return withSchema(run, { kind: 'raw', inputs: [], answersPreflights: options.preflights ?? false });
}

function definedInput(name: string, definition: InputDefinition): InputParameter {
  if (typeof (definition as Partial<ParameterType> | undefined)?.decode === 'function') {
    return inputOf(name, definition as ParameterType);
  }
  const { type, ...options } = (definition ?? {}) as { type?: ParameterType } & InputOptions;
  return inputOf(name, type, options);
}

function inputOf(name: string, type: ParameterType | undefined, options: InputOptions = {}): InputParameter {
  const call = `inputSchema('${name}', type)`;
  requireType(call, type);
  if (typeof options !== 'object') {
    const fix = `Give run to what it returns: ${call}(run).`;
    throw new HostError('ENTRY_INVALID', `${call} has got an argument that is no object of options.`, { fix });
  }
  return { name, type, optional: options.optional ?? false, convert: options.convertToProvidedType ?? true };
}

/** The compiler tells whoever writes TypeScript; plain JavaScript is told here. */
function requireType(call: string, type: ParameterType | undefined): asserts type is ParameterType {
  if (typeof type?.decode !== 'function') {
    const fix = 'Wrap the sample: new NumpyParameterType(sample), or new StandardParameterType(sample).';
    throw new HostError('ENTRY_INVALID', `${call}: the type is no parameter type.`, { fix });
  }
  const { jsonSchema } = type;
  if (typeof jsonSchema === 'object' && jsonSchema !== null && 'example' in jsonSchema) return;
  const fix = "Give it a schema with an example: readonly jsonSchema = { type: 'string', example: 'abc' }.";
  throw new HostError('ENTRY_INVALID', `${call}: the parameter type has no jsonSchema with an example.`, { fix });
}

function refuseRaw(kind: string): void {
  if (kind !== 'raw') return;
  throw new HostError(
    'ENTRY_INVALID',
    'run() cannot be decorated with both rawHttp and inputSchema or outputSchema: a raw run reads the request itself.',
  );
}
