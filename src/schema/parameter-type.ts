import type { DataFrame } from '../data-frame/data-frame.js';
import type { Tensor, TensorSpec } from '../tensor.js';
import type { JsonSchema } from './json-schema.js';

/**
 * One input or output of `run`: what it looks like in JSON, and what `run` receives for it.
 *
 * Values are checked by `jsonSchema` before they are decoded, and the documents print the same schema.
 *
 * @typeParam T - What `run` receives.
 * @example
 * ```ts
 * class Celsius implements ParameterType<number> {
 *   readonly jsonSchema = { type: 'string', pattern: '^-?[0-9]+ °C$', example: '21 °C' } as const;
 *   decode(value: unknown) {
 *     return Number.parseInt(value as string, 10);
 *   }
 *   encode(celsius: unknown) {
 *     return `${celsius} °C`;
 *   }
 * }
 * ```
 */
export interface ParameterType<T = unknown> {
  /** What it looks like in JSON, with an `example` that is a valid value. Read once, when the schema is put together. */
  readonly jsonSchema: JsonSchema;
  /**
   * Converts one JSON value that `jsonSchema` accepts. Integers beyond 2^53 come as bigint; NaN and ±Infinity come where
   * a body has these words.
   *
   * @param path - JSON pointer of the value in the body, for messages.
   * @throws {HostError} `INPUT_INVALID` for what the schema cannot say; throw it by `refused()`.
   */
  decode(value: unknown, path: string): T;
  /**
   * What is written as JSON for a result of `run`. Left out, the result is written as it is.
   *
   * @throws {Error} if the result is nothing of this type: the call fails, and the log has the message.
   */
  encode?(result: unknown): unknown;
  /**
   * For a type that is a tensor of numbers and nothing else: it is read from the bytes of a body in one pass, with no
   * JavaScript value per number, and `decode` only sees what did not fit, to say all that is wrong.
   */
  readonly tensorSpec?: TensorSpec;
  /** What `run` receives for a tensor that came without JSON: as `.npy`. Left out, there is no such input. */
  fromTensor?(tensor: Tensor, path: string): T;
  /** What `run` receives for a data frame that came without JSON: as an Arrow stream. */
  fromDataFrame?(frame: DataFrame, path: string): T;
}

/**
 * What `run` receives for a parameter type: the name of a parameter's type, where the compiler cannot infer it, as in a
 * method.
 *
 * @example
 * ```ts
 * const order = new StandardParameterType({ id: 1n, placed: new Date() });
 * type Order = ValueOf<typeof order>; // { id: bigint; placed: Date }
 * ```
 */
export type ValueOf<P extends ParameterType> = P extends ParameterType<infer T> ? T : never;
