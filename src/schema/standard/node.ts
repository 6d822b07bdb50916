import type { JsonSchema } from '../json-schema.js';

/** The type of one place of a standard value: the value itself, or what is inside it. */
export interface Node {
  readonly schema: JsonSchema;
  /** From a value that the schema accepts. Left out, the value is passed on as it is. */
  readonly fromJson?: (value: unknown, path: string) => unknown;
  /** From a sample or a result. Left out, it is written as it is. */
  readonly toJson?: (value: unknown) => unknown;
}
