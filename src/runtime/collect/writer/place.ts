import type { CollectedData, CollectHead } from '../../worker/messages.js';
import type { CollectFormat, CollectNames } from '../collect-plan.js';
import { TextCache } from './text-cache.js';

/** The file that a record goes to; there may be several of the name, which are counted. */
export interface Place {
  /** Folders and name, with slashes between them, without number and ending. */
  readonly name: string;
  readonly ending: '.csv' | '.jsonl';
  /** What the file begins with: its first line, or nothing. */
  readonly header: string;
}

/** The name of one of the files of a place: `data.csv`, `data-1.csv`, … */
export function fileName({ name, ending }: Place, number: number): string {
  return number === 0 ? name + ending : `${name}-${number}${ending}`;
}

/** Some file systems have no longer names, endings and numbers included. */
const PART_BYTES_MAX = 200;

const pathParts = new TextCache();

/**
 * A name as a part of a path: names come from entry modules and settings, and must not lead out of the folder. Whatever is no
 * letter, digit, dash, dot or underscore is an underscore.
 */
export function pathPart(name: string): string {
  return pathParts.get(name, toPathPart);
}

function toPathPart(name: string): string {
  let part = name.replaceAll(/[^\p{L}\p{N}._-]/gu, '_');
  while (Buffer.byteLength(part) > PART_BYTES_MAX) part = part.slice(0, -1);
  // No `.` and no `..`; and Azure takes no dot at the end.
  return part.replace(/\.+$/, (dots) => '_'.repeat(dots.length)) || '_';
}

/** Subscription, resource group and workspace. */
export function workspaceParts(workspace: string): [string, string, string] {
  const [subscription = 'default', group = 'default', ...rest] = workspace.split('/').filter((part) => part !== '');
  return [subscription, group, rest.join('_') || 'default'];
}

/** The names that records without code go under. */
const payloadNames = { model: 'default', modelVersion: 'default' } as const;
const requests = { ...payloadNames, designation: 'request' } as const;
const responses = { ...payloadNames, designation: 'response' } as const;

/** The folder and name of a record's file. */
export function placeName(head: CollectHead, format: CollectFormat, names: CollectNames): string {
  const at = new Date(head.atMs);
  return (format === 'csv' ? csvParts(head, names, at) : eventParts(head, names, at)).map(pathPart).join('/');
}

/** Azure ML v1: by model and day. */
function csvParts(head: CollectHead, names: CollectNames, at: Date): string[] {
  const { model, modelVersion = 'default', service, workspace, designation, file } = describe(head);
  return [
    ...workspaceParts(workspace ?? names.workspace),
    service ?? names.service,
    model,
    modelVersion,
    designation,
    String(at.getUTCFullYear()),
    String(at.getUTCMonth() + 1),
    String(at.getUTCDate()),
    file ?? 'data',
  ];
}

/** Azure ML v2: by collection and hour. */
function eventParts(head: CollectHead, { endpoint, deployment, instance }: CollectNames, at: Date): string[] {
  const [year, month, day, hour] = at.toISOString().split(/[-T:]/) as [string, string, string, string];
  return ['modelDataCollector', endpoint, deployment, collectionOf(head), year, month, day, hour, instance];
}

export function collectionOf(head: CollectHead): string {
  return head.kind === 'data' ? head.collection : head.kind;
}

type Described = Pick<CollectedData, 'model' | 'modelVersion' | 'service' | 'workspace' | 'designation' | 'file'>;

/** What the v1 layout asks of a record. */
export function describe(head: CollectHead): Described {
  if (head.kind === 'data') return head;
  return head.kind === 'request' ? requests : responses;
}
