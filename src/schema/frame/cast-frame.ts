import type { ColumnType, ColumnValues } from '../../data-frame/column.js';
import type { DataFrame } from '../../data-frame/data-frame.js';
import {
  type Dtype,
  type FloatType,
  float16Bits,
  float16Value,
  integerRanges,
  isFloatType,
  isIntegerType,
} from '../../dtype.js';
import type { ErrorDetail } from '../../errors.js';
import { nearestName } from '../../nearest-name.js';
import { expected } from '../expected.js';
import { PROBLEMS_MAX, pointerToken, refusedFor, shown } from '../refusal.js';
import { type ColumnNode, cellValidator } from './column-node.js';
import { frameOfColumns, packed } from './read-cells.js';

export interface CastOptions {
  /** Where the frame is in the body, for messages. */
  readonly path: string;
  /** Whether a column that the frame lacks is refused; else all of it is missing. */
  readonly required: boolean;
  /** Whether cells of columns of type `object` are what a body would have: they are checked, and converted. */
  readonly readsObjects: boolean;
}

/**
 * The columns of a type, from a frame that has them by name, in whatever order.
 *
 * Numbers go from type to type where none changes; floats may lose digits to narrower floats. What is missing stays
 * missing, where the type lets it.
 *
 * @throws {HostError} `INPUT_INVALID` for columns that are not there, and the first cell of each that does not fit.
 */
export function castFrame(frame: DataFrame, nodes: readonly ColumnNode[], options: CastOptions): DataFrame {
  const present = new Set(frame.columns);
  const problems: ErrorDetail[] = [];
  const columns = nodes.map((node): [string, ColumnValues] => {
    const { name } = node;
    const path = `${options.path}/${pointerToken(name)}`;
    try {
      if (present.has(name)) return [name, castColumn(frame.column(name), frame.columnType(name), node, path, options)];
      if (options.required) throw new CellProblem('', missing(name, frame.columns));
      return [name, packed(new Array(frame.length).fill(null), node.type)];
    } catch (error) {
      if (!(error instanceof CellProblem)) throw error;
      problems.push({ path: path + error.path, message: error.message });
      return [name, []];
    }
  });
  if (problems.length > 0) throw refusedFor(problems.slice(0, PROBLEMS_MAX));
  return frameOfColumns(nodes, columns, frame.index);
}

/** The first that is wrong with a column. */
class CellProblem extends Error {
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

function missing(name: string, columns: readonly string[]): string {
  const nearest = nearestName(name, columns);
  return nearest === undefined ? 'missing' : `missing; did you mean it by ${JSON.stringify(nearest)}?`;
}

function castColumn(
  values: ColumnValues,
  from: ColumnType,
  node: ColumnNode,
  path: string,
  { readsObjects }: CastOptions,
): ColumnValues {
  const { type, schema } = node;
  if (type === undefined || (type === 'object' && !readsObjects)) return values;
  const cast = type === 'object' ? objectCast(node, path) : holdsNothing(values, from) ? asItIs : cellCast(from, type);
  if (cast === undefined) throw new CellProblem('', `expected a column of ${type}, got one of ${from}`);
  if (cast === asItIs && ArrayBuffer.isView(values)) return values;
  const cells = Array.from(values as ArrayLike<unknown>, (value, row) => {
    const isMissing = value === null || (Number.isNaN(value) && !isFloatType(type as Dtype));
    const cell = isMissing ? (node.nullable ? null : undefined) : cast(value, row);
    if (cell !== undefined) return cell;
    throw new CellProblem(`/${row}`, `expected ${expected(schema)}, got ${isMissing ? 'null' : shown(value)}`);
  });
  return packed(cells, type);
}

/** A column of no cells, or of null alone, may be of any type. */
function holdsNothing(values: ColumnValues, type: ColumnType): boolean {
  return type === 'object' && (values as readonly unknown[]).every((value) => value === null);
}

/** A cell as the column holds it; undefined if it cannot. */
type Cast = (value: unknown, row: number) => unknown;

const asItIs: Cast = (value) => value;

function objectCast(node: ColumnNode, path: string): Cast {
  const validate = cellValidator(node);
  return (value, row) => {
    // A frame may hold bytes, dates and maps, which are something else in a body.
    const json = node.toJson ? node.toJson(value) : value;
    const [problem] = validate(json, { onlyFirst: true });
    if (problem) throw new CellProblem(`/${row}${problem.path}`, problem.message);
    return node.fromJson(json, `${path}/${row}`);
  };
}

function cellCast(from: ColumnType, to: ColumnType): Cast | undefined {
  if (from === to) return asItIs;
  if (!isNumber(from) || !isNumber(to)) return undefined;
  if (isIntegerType(to as Dtype)) return (value) => integer(value as number | bigint, to as 'int64');
  if (isFloatType(from as Dtype)) return asItIs;
  return (value) => exactFloat(value as number | bigint, to as FloatType);
}

export function isNumber(type: ColumnType | undefined): boolean {
  return type !== undefined && (isFloatType(type as Dtype) || isIntegerType(type as Dtype));
}

function integer(value: number | bigint, type: 'int64' | 'int32'): number | bigint | undefined {
  if (typeof value === 'number' && !Number.isInteger(value)) return undefined;
  const { min, max } = integerRanges[type];
  if (value < min || value > max) return undefined;
  const wide: readonly string[] = ['int64', 'uint64'];
  return wide.includes(type) ? BigInt(value) : Number(value);
}

function exactFloat(value: number | bigint, type: FloatType): number | undefined {
  const number = Number(value);
  const held =
    type === 'float64' ? number : type === 'float32' ? Math.fround(number) : float16Value(float16Bits(number));
  return Number.isFinite(held) && BigInt(held) === BigInt(value) ? held : undefined;
}
