import { randomUUID } from 'node:crypto';
import { parseJson } from '../../../schema/json/parse.js';
import type { CollectedData, CollectedPayload, CollectHead } from '../../worker/messages.js';
import type { CollectNames } from '../collect-plan.js';
import { collectedJson } from './collected-data.js';
import { numberRows, rowWidth } from './number-rows.js';
import { readText } from './payload.js';
import { describe, workspaceParts } from './place.js';
import { type Cell, checkSize, columnNames, tableOf } from './table.js';
import { TextCache } from './text-cache.js';

/** Behind the columns of the data: the names that v1 has for them, and the id that a client has given. */
export const idColumns = [
  '$aml_dc_correlation_id',
  '$aml_dc_scoring_timestamp',
  '$aml_dc_boundary',
  '$aml_workspace',
  '$aml_service_name',
  '$aml_model_name',
  '$aml_model_version',
  '$aml_request_id',
  '$client_request_id',
] as const;

/** Minutes after which there is another file. */
const BOUNDARY_MINUTES = '1440';
/** What v1 writes where there is no call. */
const NO_REQUEST = '00000000-0000-0000-0000-000000000000';
const END_OF_LINE = '\r\n';
const DEPTH_MAX = 1000;

/** A header and lines behind it, each with its end. */
export interface CsvLines {
  readonly header: string;
  readonly lines: string;
}

/** Rows as text, without what comes behind the data and without their ends. */
interface Rows {
  /** Columns that have a name; those behind are counted. */
  readonly named: readonly string[];
  readonly width: number;
  readonly rows: readonly string[];
}

/** @throws {Error} for data that is none, or no table: a worker writes no other, but user code can write to its socket. */
export function csvLines(head: CollectHead, data: Buffer, names: CollectNames): CsvLines {
  const { named, width, rows } = head.kind === 'data' ? dataRows(head, data) : payloadRows(head, data);
  const end = (width > 0 ? ',' : '') + idCells(head, names) + END_OF_LINE;
  return { header: headerOf(named, width), lines: rows.map((row) => row + end).join('') };
}

function dataRows(head: CollectedData, data: Buffer): Rows {
  const { features } = head;
  if (features !== undefined && !(Array.isArray(features) && features.every((name) => typeof name === 'string'))) {
    throw new Error('its features are no list of names');
  }
  const json = collectedJson(head, data, asTable);
  return rowsOfNumbers(json, features) ?? rowsOfAny(json, features);
}

/** Deeper dims are laid out in a line, as they are of other data. */
function asTable(dims: readonly number[]): readonly number[] {
  const [rows = 1, ...deeper] = dims;
  return deeper.length < 2 ? dims : [rows, deeper.reduce((product, dim) => product * dim, 1)];
}

/** @returns undefined for what must be looked at cell by cell. */
function rowsOfNumbers(json: string, named: readonly string[] = []): Rows | undefined {
  const rows = numberRows(json, named.length === 1);
  if (rows === undefined) return undefined;
  const width = rowWidth(rows[0] as string);
  if (width < named.length || rows.some((row) => rowWidth(row) !== width)) return undefined;
  checkSize(width, rows.length);
  return { named, width, rows };
}

function rowsOfAny(json: string, features: readonly string[] | undefined): Rows {
  const { named, width, rows } = tableOf(parseJson(json, { depthMax: DEPTH_MAX }), features);
  return { named, width, rows: rows.map(csvRow) };
}

const payloadColumns = {
  request: ['method', 'path', 'content_type', 'payload', 'encoding'],
  response: ['status', 'content_type', 'payload', 'encoding'],
} as const;

function payloadRows({ kind, method = '', target = '', status, contentType }: CollectedPayload, data: Buffer): Rows {
  const { form, text } = readText(data, contentType);
  const first = kind === 'request' ? [method, target] : [String(status)];
  const named = payloadColumns[kind];
  return { named, width: named.length, rows: [csvRow([...first, contentType, text, form])] };
}

const headers = new TextCache();

function headerOf(named: readonly string[], width: number): string {
  return headers.get(
    JSON.stringify([named, width]),
    () => csvRow([...columnNames(named, width), ...idColumns]) + END_OF_LINE,
  );
}

const origins = new TextCache();

/** What stands behind the data of each row. */
function idCells(head: CollectHead, names: CollectNames): string {
  const { requestId, clientRequestId = null, correlationId, atMs } = head;
  const { model, modelVersion = 'default', service = names.service, workspace = names.workspace } = describe(head);
  const origin = origins.get(JSON.stringify([workspace, service, model, modelVersion]), () =>
    csvRow([BOUNDARY_MINUTES, workspaceParts(workspace).join('/'), service, model, modelVersion]),
  );
  const before = [correlationId ?? requestId ?? randomUUID(), new Date(atMs).toISOString()];
  return `${csvRow(before)},${origin},${csvRow([requestId ?? NO_REQUEST, clientRequestId])}`;
}

function csvRow(cells: readonly Cell[]): string {
  return cells.map(csvCell).join(',');
}

/** RFC 4180. An empty text is quoted, so that it differs from nothing. */
function csvCell(cell: Cell): string {
  if (cell === null) return '';
  return cell === '' || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
