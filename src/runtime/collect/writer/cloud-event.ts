import { randomUUID } from 'node:crypto';
import { parseJson } from '../../../schema/json/parse.js';
import { writeJson } from '../../../schema/json/write.js';
import type { CollectedData, CollectedPayload, CollectHead } from '../../worker/messages.js';
import type { CollectNames } from '../collect-plan.js';
import { collectedJson } from './collected-data.js';
import { jsonLine, readPayload } from './payload.js';
import { collectionOf, workspaceParts } from './place.js';
import { recordsOf } from './table.js';
import { TextCache } from './text-cache.js';

const DEPTH_MAX = 1000;
/** What the model takes and gives has another name as a type than as a collection. */
const TYPES: Readonly<Record<string, string>> = { model_inputs: 'inputs', model_outputs: 'outputs' };

/**
 * A record as a line: an event in the JSON format of CloudEvents 1.0, with the attributes of Azure ML v2. JSON is its `data`, text
 * is a string there, and anything else `data_base64`.
 *
 * @throws {Error} for data that is not what its head says: a worker writes no other, but user code can write to its socket.
 */
export function cloudEventLine(head: CollectHead, data: Buffer, names: CollectNames): string {
  const { contentType, bytes, member } = head.kind === 'data' ? dataOf(head, data) : payloadOf(head, data);
  const attributes = {
    specversion: '1.0',
    id: randomUUID(),
    source: sourceOf(head, names),
    type: `azureml.inference.${TYPES[collectionOf(head)] ?? collectionOf(head)}`,
    datacontenttype: contentType,
    time: new Date(head.atMs).toISOString(),
    correlationid: head.correlationId ?? head.requestId ?? randomUUID(),
    xrequestid: head.requestId,
    clientrequestid: head.clientRequestId,
    agent: names.agent,
    contentrange: bytes === 0 ? undefined : `bytes 0-${bytes - 1}/${bytes}`,
    ...(head.kind === 'data' ? dataAttributes(head) : payloadAttributes(head)),
  };
  return `${JSON.stringify(attributes).slice(0, -1)}${member}}\n`;
}

/** What an event holds. */
interface Content {
  readonly contentType: string | undefined;
  /** Of the data. */
  readonly bytes: number;
  /** `,"data":…`, or nothing. */
  readonly member: string;
}

function dataOf(head: CollectedData, data: Buffer): Content {
  const { features } = head;
  const text = collectedJson(head, data);
  const line = features ? writeJson(recordsOf(parseJson(text, { depthMax: DEPTH_MAX }), features)) : jsonLine(text);
  if (line === undefined) throw new Error('what was collected is no JSON');
  return { contentType: 'application/json', bytes: Buffer.byteLength(line), member: `,"data":${line}` };
}

function payloadOf({ contentType }: CollectedPayload, data: Buffer): Content {
  if (data.length === 0) return { contentType: contentType || undefined, bytes: 0, member: '' };
  const { form, text } = readPayload(data, contentType);
  const bytes = data.length;
  const type = contentType || (form === 'json' ? 'application/json' : 'application/octet-stream');
  if (form === 'json') return { contentType: type, bytes, member: `,"data":${text}` };
  if (form === 'text') return { contentType: type, bytes, member: `,"data":${JSON.stringify(text)}` };
  return { contentType: type, bytes, member: `,"data_base64":"${text}"` };
}

function dataAttributes({ model, modelVersion = 'default', dataType }: CollectedData) {
  return { modelname: model, modelversion: modelVersion, collectdatatype: dataType };
}

function payloadAttributes({ method, target, status, headers = {} }: CollectedPayload) {
  return { ...headerAttributes(headers), method, path: target, status };
}

/** Names that are the event's own. */
const OWN = new Set(
  'specversion id source type datacontenttype dataschema subject time data method path status'.split(' '),
);

/** Attributes have names of at most 20 lower-case letters and digits, and plain values. */
function headerAttributes(headers: Readonly<Record<string, string>>): Record<string, string> {
  const attributes = Object.entries(headers)
    .map(([name, value]) => [name.replaceAll(/[^a-z0-9]/g, '').slice(0, 20), value] as const)
    .filter(([name]) => name !== '' && !OWN.has(name));
  return Object.fromEntries(attributes);
}

const sources = new TextCache();

/** Which deployment it comes from, as Azure Resource Manager names it. */
function sourceOf(head: CollectHead, names: CollectNames): string {
  const own = head.kind === 'data' ? head.workspace : undefined;
  return sources.get(own ?? names.workspace, (workspace) => resourceId(workspace, names));
}

function resourceId(workspace: string, names: CollectNames): string {
  const [subscription, group, name] = workspaceParts(workspace).map(encodeURIComponent);
  const endpoint = encodeURIComponent(names.endpoint);
  return (
    `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.MachineLearningServices/workspaces/${name}` +
    `/onlineEndpoints/${endpoint}/deployments/${encodeURIComponent(names.deployment)}`
  );
}
