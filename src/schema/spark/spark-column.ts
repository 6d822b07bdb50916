import type { ColumnType } from '../../data-frame/column.js';
import { type Dtype, isIntegerType } from '../../dtype.js';
import type { ColumnNode } from '../frame/column-node.js';
import { nullable } from '../json-schema.js';
import { type SparkDtype, type SparkScalar, sparkScalars } from './spark-dtype.js';
import { isMissing, sparkNode } from './spark-node.js';

/** What a `DataFrame` holds for a type of Spark; arrays, maps and structs are objects. */
export function columnTypeOf(dtype: SparkDtype): ColumnType {
  return typeof dtype === 'string' && Object.hasOwn(sparkScalars, dtype)
    ? sparkScalars[dtype as SparkScalar]
    : 'object';
}

/** A column of a type of Spark. Cells may be missing as in a frame of pandas: see `pandasColumn()`. */
export function sparkColumn(name: string, dtype: SparkDtype, cells: readonly unknown[]): ColumnNode {
  const type = columnTypeOf(dtype);
  const { schema, fromJson, toJson } = sparkNode(dtype, cells);
  const mayMiss = !(isIntegerType(type as Dtype) || type === 'bool' || type === 'object') || cells.some(isMissing);
  return {
    name,
    type,
    schema: mayMiss ? nullable(schema) : schema,
    nullable: mayMiss,
    fromJson: (value, path) => (value === null ? null : fromJson(value, path)),
    ...((type === 'object' || dtype === 'date') && { toJson }),
  };
}
