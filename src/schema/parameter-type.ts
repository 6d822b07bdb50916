/** The part of JSON Schema that the documents use. */
export interface JsonSchema {
  readonly type?: string;
  readonly format?: string;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly example?: unknown;
}

/**
 * One input or output of `run`: what it looks like in JSON, and what `run` receives for it.
 *
 * @typeParam T - What `run` receives.
 */
export interface ParameterType<T = unknown> {
  /** What the documents say of it, with an `example` that is a valid value. */
  readonly jsonSchema: JsonSchema;
  /**
   * Checks and converts one parsed JSON value.
   *
   * @param path - JSON pointer of the value in the body, for messages.
   * @throws {HostError} `INPUT_INVALID` with the pointer, what was expected and what came.
   */
  decode(value: unknown, path: string): T;
}
