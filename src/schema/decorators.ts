import { HostError } from '../errors.js';
import type { ParameterType } from './parameter-type.js';
import { type Run, schemaOf, withSchema } from './service-schema.js';

/**
 * Names and types the next input of `run`. Inputs are positional: the outermost wrapper is the first parameter.
 *
 * @param name - The name of the input in the JSON body.
 * @example
 * ```ts
 * export const run = inputSchema('data', new NumpyParameterType([[1, 2]]))((data: Tensor) => data);
 * ```
 * @throws {HostError} `ENTRY_INVALID` if the name is taken already, or `run` is marked with `rawHttp`.
 */
export function inputSchema<T>(name: string, type: ParameterType<T>, ...more: never[]) {
  requireType('inputSchema(name, type)', type, more);
  return decorator(<A extends unknown[], R>(run: Run<[T, ...A], R>): Run<[T, ...A], R> => {
    const schema = schemaOf(run);
    refuseRaw(schema.kind);
    if (schema.inputs.some((input) => input.name === name)) {
      throw new HostError('ENTRY_INVALID', `inputSchema('${name}'): the input '${name}' is defined already.`);
    }
    return withSchema(run, { ...schema, kind: 'typed', inputs: [{ name, type }, ...schema.inputs] });
  });
}

/**
 * Documents what `run` gives.
 *
 * @throws {HostError} `ENTRY_INVALID` if there is an output schema already, or `run` is marked with `rawHttp`.
 */
export function outputSchema<T>(type: ParameterType<T>, ...more: never[]) {
  requireType('outputSchema(type)', type, more);
  return decorator(<A extends unknown[], R>(run: Run<A, R>): Run<A, R> => {
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
 * @throws {HostError} `ENTRY_INVALID` if `run` has a schema: the two exclude each other.
 */
export function rawHttp<R>(
  run: (request: Request) => R,
  options: { readonly preflights?: boolean } = {},
): (request: Request) => R {
  if (schemaOf(run).kind === 'typed') refuseRaw('raw');
  return withSchema(run, { kind: 'raw', inputs: [], answersPreflights: options.preflights ?? false });
}

const decorators = new WeakSet<object>();

/** Whether a function is what `inputSchema()` or `outputSchema()` gives, and still waits for its `run`. */
export function isDecorator(value: object): boolean {
  return decorators.has(value);
}

function decorator<F extends object>(wrap: F): F {
  decorators.add(wrap);
  return wrap;
}

/** The compiler tells whoever writes TypeScript; plain JavaScript is told here. */
function requireType(call: string, type: ParameterType, more: readonly never[]): void {
  if (typeof type?.decode !== 'function') {
    const fix = 'Wrap the sample: new NumpyParameterType(sample).';
    throw new HostError('ENTRY_INVALID', `${call}: the type is no parameter type.`, { fix });
  }
  if (more.length === 0) return;
  const fix = `Give run to what it returns: ${call}(run).`;
  throw new HostError('ENTRY_INVALID', `${call} has got an argument too many.`, { fix });
}

function refuseRaw(kind: string): void {
  if (kind !== 'raw') return;
  throw new HostError(
    'ENTRY_INVALID',
    'run() cannot be decorated with both rawHttp and inputSchema or outputSchema: a raw run reads the request itself.',
  );
}
