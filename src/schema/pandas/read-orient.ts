import type { Orient, RowLabel } from '../../data-frame/orients.js';
import type { ErrorDetail } from '../../errors.js';
import { nearestName } from '../../nearest-name.js';
import type { ColumnNode } from '../frame/column-node.js';
import { ownMember } from '../frame/frame-of.js';
import type { Cells } from '../frame/read-cells.js';
import { PROBLEMS_MAX, pointerToken, refused, refusedFor } from '../refusal.js';
import type { OrientOptions } from './orient-schema.js';

/**
 * The cells of a body in a layout of pandas, which the schema of the layout has accepted. Columns that the type does
 * not have are passed over.
 *
 * @throws {HostError} `INPUT_INVALID` for columns, rows and labels that do not go together.
 */
export function readOrient(
  value: unknown,
  orient: Orient,
  nodes: readonly ColumnNode[],
  path: string,
  options: OrientOptions,
): Cells {
  const names = nodes.map(({ name }) => name);
  return readers[orient](value as never, names, path, options);
}

type Reader = (value: never, names: readonly string[], path: string, options: OrientOptions) => Cells;
type Rows = readonly Readonly<Record<string, unknown>>[];

const readers: Readonly<Record<Orient, Reader>> = { records, index, columns, values, split, table };

function records(rows: Rows, names: readonly string[], path: string): Cells {
  return {
    columns: names.map((name) => rows.map((row) => ownMember(row, name))),
    index: rows.map((_, row) => row),
    pathOf: (row, column) => `${path}/${row}/${pointerToken(names[column] as string)}`,
  };
}

function index(value: object, names: readonly string[], path: string): Cells {
  const keys = Object.keys(value);
  return {
    columns: records(Object.values(value) as Rows, names, path).columns,
    index: labelsOf(keys),
    pathOf: (row, column) => pointer(path, keys[row], names[column]),
  };
}

/** A row has the cells of one label; the labels are those of all columns. */
function columns(value: object, names: readonly string[], path: string): Cells {
  const lists = names.map((name) => (ownMember(value, name) ?? {}) as object);
  const keys = [...new Set(lists.flatMap((list) => Object.keys(list)))];
  return {
    columns: lists.map((list) => keys.map((key) => ownMember(list, key))),
    index: labelsOf(keys),
    pathOf: (row, column) => pointer(path, names[column], keys[row]),
  };
}

function pointer(path: string, ...keys: readonly (string | undefined)[]): string {
  return keys.reduce<string>((whole, key) => `${whole}/${pointerToken(key as string)}`, path);
}

function values(rows: readonly unknown[][], names: readonly string[], path: string): Cells {
  return {
    columns: names.map((_, column) => rows.map((row) => row[column])),
    index: rows.map((_, row) => row),
    pathOf: (row, column) => `${path}/${row}/${column}`,
  };
}

interface Split {
  readonly columns?: readonly string[];
  readonly index?: readonly (RowLabel | bigint)[];
  readonly data: readonly unknown[][];
}

function split(value: Split, names: readonly string[], path: string, { required }: OrientOptions): Cells {
  const { columns: given = names, index: labels, data: rows } = value;
  const positions = new Map<string, number>();
  for (const [position, name] of given.entries()) if (!positions.has(name)) positions.set(name, position);
  const repeated = given.findIndex((name, position) => positions.get(name) !== position && names.includes(name));
  if (repeated >= 0) throw refused(`${path}/columns/${repeated}`, 'the column comes twice');
  if (required) refuseMissing(names, given, `${path}/columns`);
  if (labels && labels.length !== rows.length) {
    throw refused(`${path}/index`, `expected an array of ${rows.length}, as long as data, got one of ${labels.length}`);
  }
  refuseRagged(rows, given.length, `${path}/data`, required);
  return {
    columns: names.map((name) => {
      const position = positions.get(name) ?? -1;
      return rows.map((row) => row[position]);
    }),
    index: labels?.map(labelOf) ?? rows.map((_, row) => row),
    pathOf: (row, column) => `${path}/data/${row}/${positions.get(names[column] as string)}`,
  };
}

/** Rows may be short where the columns need not all be there. */
function refuseRagged(rows: readonly unknown[][], width: number, path: string, required: boolean): void {
  const problems: ErrorDetail[] = [];
  for (let row = 0; row < rows.length && problems.length < PROBLEMS_MAX; row++) {
    const { length } = rows[row] as unknown[];
    if (length === width || (!required && length < width)) continue;
    const message = `expected an array of ${width}, as there are columns, got an array of ${length}`;
    problems.push({ path: `${path}/${row}`, message });
  }
  if (problems.length > 0) throw refusedFor(problems);
}

interface Table {
  readonly schema: { readonly fields: readonly { readonly name: string }[]; readonly primaryKey?: readonly string[] };
  readonly data: Rows;
}

function table(value: Table, names: readonly string[], path: string, { required }: OrientOptions): Cells {
  const { fields, primaryKey } = value.schema;
  const given = fields.map(({ name }) => name);
  if (required) refuseMissing(names, given, `${path}/schema/fields`);
  const key = primaryKey?.[0] ?? 'index';
  const labels = value.data.map((row) => ownMember(row, key));
  return {
    ...records(value.data, names, `${path}/data`),
    ...(labels.length > 0 && labels.every(isLabel) ? { index: labels.map(labelOf) } : {}),
  };
}

function refuseMissing(names: readonly string[], given: readonly string[], path: string): void {
  const present = new Set(given);
  const problems = names
    .filter((name) => !present.has(name))
    .slice(0, PROBLEMS_MAX)
    .map((name) => {
      const nearest = nearestName(name, given);
      const hint = nearest === undefined ? '' : `; did you mean it by ${JSON.stringify(nearest)}?`;
      return { path, message: `column ${JSON.stringify(name)} is missing${hint}` };
    });
  if (problems.length > 0) throw refusedFor(problems);
}

const INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;

/** Members of objects have texts for labels: where all look like integers, that is what they were. */
function labelsOf(keys: readonly string[]): RowLabel[] {
  return keys.every((key) => INTEGER.test(key)) ? keys.map(Number) : [...keys];
}

function isLabel(label: unknown): label is RowLabel | bigint {
  return typeof label === 'string' || typeof label === 'bigint' || Number.isFinite(label);
}

function labelOf(label: RowLabel | bigint): RowLabel {
  return typeof label === 'bigint' ? String(label) : label;
}
