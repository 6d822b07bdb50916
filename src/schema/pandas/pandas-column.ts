import type { ColumnType, ColumnValues } from '../../data-frame/column.js';
import { parseDuration } from '../../data-frame/duration.js';
import { type Dtype, isFloatType, isIntegerType } from '../../dtype.js';
import type { ColumnNode } from '../frame/column-node.js';
import { type JsonSchema, nullable } from '../json-schema.js';
import { tensorElement } from '../numpy/element.js';
import type { Node } from '../standard/node.js';
import { nodeOf } from '../standard/node-of.js';
import { scalarNode } from '../standard/scalar-nodes.js';

/**
 * A column by what it holds in the sample.
 *
 * Cells may be missing in columns of floats, strings, dates and spans of time, as pandas has it; in the others where
 * they are in the sample.
 */
export function pandasColumn(name: string, type: ColumnType, sample: ColumnValues, coerce: boolean): ColumnNode {
  const cells = Array.from(sample as ArrayLike<unknown>);
  if (type === 'object') return objectColumn(name, nodeOf(cells, coerce), cells);
  const { schema, fromJson = (value: unknown) => value } = cellNode(type, coerce);
  const mayMiss = !(isIntegerType(type as Dtype) || type === 'bool') || cells.includes(null);
  return {
    name,
    type,
    schema: mayMiss && !isFloatType(type as Dtype) ? nullable(schema) : schema,
    nullable: mayMiss,
    fromJson: (value) => (value === null ? null : fromJson(value, '')),
  };
}

function objectColumn(name: string, { schema, fromJson, toJson }: Node, cells: readonly unknown[]): ColumnNode {
  return {
    name,
    type: 'object',
    schema,
    nullable: cells.every((cell) => cell === null) || cells.includes(null),
    fromJson: fromJson ?? ((value) => value),
    ...(toJson && { toJson }),
  };
}

function cellNode(type: Exclude<ColumnType, 'object'>, coerce: boolean): Node {
  switch (type) {
    case 'datetime':
      return scalarNode('date', coerce);
    case 'timedelta':
      return { schema: { type: 'string', format: 'timedelta' }, fromJson: (value) => parseDuration(value as string) };
    default: {
      const { schema, fromJson } = tensorElement(type, coerce);
      return { schema: asPandas(schema, type), fromJson: coerce ? fromJson : plainNumber(type) };
    }
  }
}

/** pandas writes numbers of all widths alike, and the reference says no more of them; the range tells which it is. */
function asPandas(schema: JsonSchema, type: Dtype): JsonSchema {
  if (type === 'bool' || type === 'string') return schema;
  const format = isFloatType(type) ? 'double' : 'int64';
  if (!schema.anyOf) return { ...schema, format };
  const [number, ...others] = schema.anyOf as [JsonSchema, ...JsonSchema[]];
  return { anyOf: [{ ...number, format }, ...others] };
}

/** The schema has seen to it that the value is of the type. */
function plainNumber(type: Dtype): (value: unknown) => unknown {
  if (type === 'bool' || type === 'string') return (value) => value;
  return type === 'int64' || type === 'uint64' ? (value) => BigInt(value as number) : Number;
}
