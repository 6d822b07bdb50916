import type { ColumnType } from '../../data-frame/column.js';
import type { JsonSchema } from '../json-schema.js';
import { compileValidator, type Validator } from '../validator.js';

/** One column of the frames that a parameter type takes. */
export interface ColumnNode {
  readonly name: string;
  /** What the column holds. Left out: what its values have in common. */
  readonly type?: ColumnType;
  /** Of one cell in JSON. */
  readonly schema: JsonSchema;
  /** Whether a cell may be missing: null in JSON. */
  readonly nullable: boolean;
  /** From a cell that the schema accepts. The path is given for columns of type `object` only. */
  readonly fromJson: (value: unknown, path: string) => unknown;
  /** From a cell of a frame, where a frame does not know the way to JSON itself. */
  readonly toJson?: (value: unknown) => unknown;
}

/** A column of whatever comes. */
export function anyColumn(name: string): ColumnNode {
  return { name, schema: {}, nullable: true, fromJson: (value) => value };
}

const validators = new WeakMap<ColumnNode, Validator>();

/** The check of one cell, compiled with the first one. */
export function cellValidator(node: ColumnNode): Validator {
  const known = validators.get(node);
  if (known) return known;
  const validator = compileValidator(node.schema);
  validators.set(node, validator);
  return validator;
}
