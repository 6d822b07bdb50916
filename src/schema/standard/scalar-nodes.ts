import { parseDateTime } from '../dates.js';
import type { JsonSchema } from '../json-schema.js';
import { numberOfText } from '../number-text.js';
import type { Node } from './node.js';

/** What a single value may be: `kindOf()` names it for a sample. */
export type ScalarKind = 'number' | 'bigint' | 'string' | 'boolean' | 'date' | 'bytes';

/** Types of strings that are checked, where a sample alone does not say so. */
export type StringFormatName = 'date' | 'time' | 'date-time' | 'timedelta' | 'byte';

const nodes: Readonly<Record<ScalarKind, Node>> = {
  // A sample of 1 means a float: integers beyond 2^53, which come as bigint, are rounded to one.
  number: { schema: { type: 'number', format: 'double' }, fromJson: Number },
  bigint: { schema: { type: 'integer', format: 'int64' }, fromJson: (value) => BigInt(value as number) },
  string: { schema: { type: 'string' } },
  boolean: { schema: { type: 'boolean' } },
  date: {
    schema: { type: 'string', format: 'date-time' },
    fromJson: (value) => parseDateTime(value as string),
    toJson: (value) => (value instanceof Date ? dateText(value) : value),
  },
  bytes: {
    schema: { type: 'string', format: 'byte' },
    fromJson: (value) => Buffer.from(value as string, 'base64'),
    toJson: (value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value),
  },
};

/** What is no date is null, as it is wherever results are written. */
function dateText(date: Date): string | null {
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

export function scalarNode(kind: ScalarKind, coerce: boolean): Node {
  const node = nodes[kind];
  return coerce ? (coercing[kind]?.(node) ?? node) : node;
}

/** A string that is checked to be of a format. */
export function formatNode(format: StringFormatName): Node {
  return { schema: { type: 'string', format } };
}

/** What `coerce` lets through besides: text that is a number, true and false as 1 and 0, a number as text. */
const coercing: Readonly<Partial<Record<ScalarKind, (node: Node) => Node>>> = {
  number: (node) => ({
    schema: anyOf(node, { type: 'boolean' }, { type: 'string', format: 'float64' }),
    fromJson: (value) => Number(typeof value === 'string' ? numberOfText(value, 'float64') : value),
  }),
  bigint: (node) => ({
    schema: anyOf(node, { type: 'boolean' }, { type: 'string', format: 'int64' }),
    fromJson: (value) => (typeof value === 'string' ? numberOfText(value, 'int64') : BigInt(value as number)),
  }),
  boolean: (node) => ({
    schema: anyOf(node, { type: 'number' }, { type: 'string', format: 'bool' }),
    fromJson: (value) => Boolean(typeof value === 'string' ? numberOfText(value, 'bool') : value),
  }),
  string: (node) => ({ schema: anyOf(node, { type: 'number' }), fromJson: String }),
};

function anyOf({ schema }: Node, ...others: readonly JsonSchema[]): JsonSchema {
  return { anyOf: [schema, ...others] };
}
