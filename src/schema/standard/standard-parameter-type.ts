import { HostError } from '../../errors.js';
import type { JsonSchema } from '../json-schema.js';
import type { ParameterType } from '../parameter-type.js';
import { exampleOf } from './example-of.js';
import type { Node } from './node.js';
import { nodeOf } from './node-of.js';
import { kindOf } from './sample-kind.js';
import { formatNode, type StringFormatName } from './scalar-nodes.js';
import type { StandardValue } from './standard-types.js';

export interface StandardOptions {
  /** For a sample that is a string: what is checked of it. `run` receives the string. */
  readonly format?: StringFormatName;
  /** Whether harmless conversions are made: `"7"` and `true` count as numbers then, 7 as text. Default: false. */
  readonly coerce?: boolean;
}

/**
 * Any JSON value, described by a sample. Numbers, strings, booleans, null, arrays and objects at any depth; a bigint
 * asks for an integer, a Date for RFC 3339 text, a Buffer for base64; a Map is an object of any keys, a Set an array.
 * Other parameter types may stand anywhere inside.
 *
 * Every member of the sample is required, others are passed on unseen. An element or member that is null in the sample
 * may be null; one that is nothing else may be anything.
 *
 * @example
 * ```ts
 * new StandardParameterType({ name: 'Sarah', age: 5n, scores: new NumpyParameterType([[1, 2]]) });
 * ```
 */
export class StandardParameterType<S> implements ParameterType<StandardValue<S>> {
  readonly jsonSchema: JsonSchema;
  readonly #node: Node;

  /** @throws {HostError} `ENTRY_INVALID` if the sample is no JSON, is null, or is a parameter type itself. */
  constructor(sample: S, { format, coerce = false }: StandardOptions = {}) {
    const kind = kindOf(sample);
    if (kind === 'null')
      throw new HostError('ENTRY_INVALID', 'Sample input cannot be null: it says nothing of the input.');
    if (kind === 'type') {
      const fix = 'Give the inner type to inputSchema() or outputSchema().';
      throw new HostError('ENTRY_INVALID', 'Invalid data sample provided: it is a parameter type already.', { fix });
    }
    if (format !== undefined && kind !== 'string') {
      throw new HostError('ENTRY_INVALID', `Invalid data sample provided: the format '${format}' is for strings.`);
    }
    this.#node = format === undefined ? nodeOf([sample], coerce) : formatNode(format);
    this.jsonSchema = { ...this.#node.schema, example: exampleOf(sample) };
  }

  decode(value: unknown, path: string): StandardValue<S> {
    return (this.#node.fromJson ? this.#node.fromJson(value, path) : value) as StandardValue<S>;
  }

  encode(result: unknown): unknown {
    return this.#node.toJson ? this.#node.toJson(result) : result;
  }
}
