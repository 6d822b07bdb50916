import type { BodyForm } from './body-form.js';
import { type JsonSchema, nullable } from './json-schema.js';
import type { ParameterType } from './parameter-type.js';

/** One input of `run`, by its place in {@link ServiceSchema.inputs}. */
export interface InputParameter {
  readonly name: string;
  readonly type: ParameterType;
  /** Whether a body may leave it out, or say null: `run` receives `undefined` then. */
  readonly optional: boolean;
  /** Whether `run` receives what `type` makes of the value; else it receives the value itself, checked all the same. */
  readonly convert: boolean;
}

/** How `run` wants its input, and what it gives. */
export interface ServiceSchema {
  /** `text`: the body as a string. `typed`: one argument per input. `raw`: a web-standard `Request`. */
  readonly kind: 'text' | 'typed' | 'raw';
  /** Positional: the first is the first parameter of `run`. */
  readonly inputs: readonly InputParameter[];
  readonly output?: ParameterType;
  /** Another form that a body in JSON may have. */
  readonly form?: BodyForm;
  /** Rows that `run` takes at once, of several calls stacked. Left out, it takes one call at a time. */
  readonly batchRowsMax?: number;
  /** Whether a raw `run` answers CORS preflights itself. */
  readonly answersPreflights?: boolean;
}

/** What a body may have for an input: the one schema that checks it, and that the documents print. */
export function inputJsonSchema({ type, optional }: InputParameter): JsonSchema {
  return optional ? nullable(type.jsonSchema) : type.jsonSchema;
}

/** A function that a schema may be attached to. */
export type Run<A extends unknown[] = never[], R = unknown> = (...args: A) => R;

/** Registered, so that a second copy of the package in the same process reads the same mark. */
const schemaKey = Symbol.for('scorehost.schema');
const bareSchema: ServiceSchema = { kind: 'text', inputs: [] };

/** The schema that is attached to `run`; without any, `run` gets the body as text. */
export function schemaOf(run: Run): ServiceSchema {
  return (run as { [schemaKey]?: ServiceSchema })[schemaKey] ?? bareSchema;
}

/** A function that does what `run` does and bears `schema`; `run` itself is left as it is. */
export function withSchema<F extends Run>(run: F, schema: ServiceSchema): F {
  const wrapped = function (this: unknown, ...args: Parameters<F>): unknown {
    return run.apply(this, args);
  };
  Object.defineProperties(wrapped, {
    name: { value: run.name },
    length: { value: run.length },
    [schemaKey]: { value: schema },
  });
  return wrapped as F;
}
