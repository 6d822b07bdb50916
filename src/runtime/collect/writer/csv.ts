import { randomUUID } from 'node:crypto';
import { parseJson } from '../../../schema/json/parse.js';
import type { CollectedPayload, CollectHead } from '../../worker/messages.js';
import type { CollectNames } from '../collect-plan.js';
import { readPayload } from './payload.js';
import { describe, workspaceParts } from './place.js';
import { type Cell, type Table, tableOf } from './table.js';

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

/** @throws {Error} for data that is no JSON, or no table: a worker writes no other, but user code can write to its socket. */
export function csvLines(head: CollectHead, data: Buffer, names: CollectNames): CsvLines {
  const { columns, rows } = head.kind === 'data' ? dataTable(data, head.features) : payloadTable(head, data);
  const ids = idCells(head, names);
  return {
    header: csvLine([...columns, ...idColumns]),
    lines: rows.map((row) => csvLine([...row, ...ids])).join(''),
  };
}

function dataTable(data: Buffer, features: readonly string[] | undefined): Table {
  if (features !== undefined && !(Array.isArray(features) && features.every((name) => typeof name === 'string'))) {
    throw new Error('its features are no list of names');
  }
  return tableOf(parseJson(data.toString(), { depthMax: DEPTH_MAX }), features);
}

function payloadTable(head: CollectedPayload, data: Buffer): Table {
  const { form, text } = readPayload(data, head.contentType);
  const payload = { content_type: head.contentType, payload: text, encoding: form === 'base64' ? 'base64' : 'text' };
  const { method = '', target = '', status } = head;
  const row = head.kind === 'request' ? { method, path: target, ...payload } : { status: String(status), ...payload };
  return { columns: Object.keys(row), rows: [Object.values(row)] };
}

function idCells(head: CollectHead, names: CollectNames): Cell[] {
  const { model, modelVersion = 'default', service = names.service, workspace = names.workspace } = describe(head);
  return [
    head.correlationId ?? head.requestId ?? randomUUID(),
    new Date(head.atMs).toISOString(),
    BOUNDARY_MINUTES,
    workspaceParts(workspace).join('/'),
    service,
    model,
    modelVersion,
    head.requestId ?? NO_REQUEST,
    head.clientRequestId ?? null,
  ];
}

function csvLine(cells: readonly Cell[]): string {
  return cells.map(csvCell).join(',') + END_OF_LINE;
}

/** RFC 4180. An empty text is quoted, so that it differs from nothing. */
function csvCell(cell: Cell): string {
  if (cell === null) return '';
  return cell === '' || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
