import type { Orient, RowLabel } from '../../data-frame/orients.js';
import type { ColumnNode } from '../frame/column-node.js';
import type { JsonSchema } from '../json-schema.js';
import { unionOf } from './union-of.js';

export interface OrientOptions {
  /** Whether a body must have all columns. */
  readonly required: boolean;
  /** Whether rows of `split` may come without the names of the columns. */
  readonly applyColumnNames: boolean;
}

/** The schema of a frame in a layout of pandas. The labels of the sample are examples of rows: any other will do. */
export function orientSchema(
  orient: Orient,
  nodes: readonly ColumnNode[],
  labels: readonly RowLabel[],
  options: OrientOptions,
): JsonSchema {
  return { ...layouts[orient](nodes, labels, options), format: `pandas.DataFrame:${orient}` };
}

type Layout = (nodes: readonly ColumnNode[], labels: readonly RowLabel[], options: OrientOptions) => JsonSchema;

const layouts: Readonly<Record<Orient, Layout>> = {
  records: (nodes, _, options) => ({ type: 'array', items: recordSchema(nodes, options.required) }),
  index: (nodes, labels, options) => byLabel(labels, recordSchema(nodes, options.required)),
  columns: (nodes, labels, options) =>
    recordSchema(
      nodes.map((node) => ({ ...node, schema: byLabel(labels, node.schema) })),
      options.required,
    ),
  values: (nodes, _, { required }) => {
    const lengths = required ? { minItems: nodes.length, maxItems: nodes.length } : {};
    return { type: 'array', items: { type: 'array', items: cells(nodes), ...lengths } };
  },
  split: (nodes, labels, { applyColumnNames }) => ({
    type: 'object',
    required: applyColumnNames ? ['data'] : ['columns', 'data'],
    properties: {
      columns: { type: 'array', items: { type: 'string' } },
      index: { type: 'array', items: anyLabel(labels) },
      data: { type: 'array', items: { type: 'array', items: cells(nodes) } },
    },
  }),
  table: (nodes, labels, options) => ({
    type: 'object',
    required: ['schema', 'data'],
    properties: { schema: tableSchema, data: { type: 'array', items: tableRow(nodes, labels, options) } },
  }),
};

const text: JsonSchema = { type: 'string' };

/** That of the Table Schema: of the fields only the names are looked at. */
const tableSchema: JsonSchema = {
  type: 'object',
  required: ['fields'],
  properties: {
    fields: { type: 'array', items: { type: 'object', required: ['name'], properties: { name: text, type: text } } },
    primaryKey: { type: 'array', items: text },
    pandas_version: text,
  },
};

function tableRow(nodes: readonly ColumnNode[], labels: readonly RowLabel[], options: OrientOptions): JsonSchema {
  const { properties, ...row } = recordSchema(nodes, options.required);
  return { ...row, properties: { index: label(labels), ...properties } };
}

/** A row by the names of its columns. */
export function recordSchema(nodes: readonly ColumnNode[], required: boolean): JsonSchema {
  return {
    type: 'object',
    ...(required && nodes.length > 0 ? { required: nodes.map(({ name }) => name) } : {}),
    properties: Object.fromEntries(nodes.map(({ name, schema }) => [name, schema])),
  };
}

function byLabel(labels: readonly RowLabel[], row: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(labels.map((each) => [String(each), row])),
    additionalProperties: row,
  };
}

function cells(nodes: readonly ColumnNode[]): JsonSchema {
  return unionOf(nodes.map(({ schema }) => schema));
}

/** A row label of the sample's kind. */
function label(labels: readonly RowLabel[]): JsonSchema {
  if (labels.every((each) => typeof each === 'number')) return numeric(labels);
  return labels.every((each) => typeof each === 'string') ? text : { anyOf: [text, numeric(labels)] };
}

/** A row label of any kind, that of the sample first. */
function anyLabel(labels: readonly RowLabel[]): JsonSchema {
  const number = numeric(labels);
  return { anyOf: labels.every((each) => typeof each === 'number') ? [number, text] : [text, number] };
}

function numeric(labels: readonly RowLabel[]): JsonSchema {
  const isFloat = labels.some((each) => typeof each === 'number' && !Number.isInteger(each));
  return isFloat ? { type: 'number', format: 'double' } : { type: 'integer', format: 'int64' };
}
