import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelsFolder, recordedRow } from '../support/recorded.js';
import { randomImage } from './image.js';

/** What a scorehost is asked, and how its log is. */
export interface HostVariant {
  /** What tells it from the first variant. */
  readonly title: string;
  readonly logLevel: 'warning' | 'info';
  readonly type: string;
  readonly body: Buffer;
  /** Settings, on top of the log. */
  readonly env?: Readonly<Record<string, string>>;
  /** The command line of another build, in place of this one. */
  readonly main?: string;
}

export interface Case {
  readonly key: string;
  readonly title: string;
  /** What the scorehost serves. */
  readonly entry: string;
  /** The server that anybody would write for it: a file of by-hand/, and what it is told. */
  readonly byHand: readonly string[];
  /** In JSON. */
  readonly body: Buffer;
  /** The numbers of the answer. */
  readonly answer: readonly number[];
  readonly hosts: readonly HostVariant[];
  /** The model by itself is run beside the servers: one row at 1 connection, or as many as the host's batches have. */
  readonly bare?: { readonly model: string; readonly rows: 'one' | 'batch' };
  /** Seconds that a slice of load has at the least. */
  readonly secondsMin: number;
}

const JSON_TYPE = 'application/json';
const entries = fileURLToPath(new URL('../entries/', import.meta.url));

const allCases: Readonly<Record<string, () => Case>> = {
  a: () => {
    const ofModel = modelCase('a', '10 floats', 'diabetes', 'one');
    const { hosts, body } = ofModel;
    const env = { SCOREHOST_ACCESS_LOG_PER_SECOND: '0' }; // every call has its line
    return { ...ofModel, hosts: [...hosts, { title: 'access log', logLevel: 'info', type: JSON_TYPE, body, env }] };
  },
  b: () => modelCase('b', '784 floats', 'dense-784', 'one'),
  c: () => modelCase('c', 'dense-1k', 'dense-1k', 'batch'),
  d: () => {
    const { row } = recordedRow('diabetes');
    const body = Buffer.from(JSON.stringify({ data: [row] }));
    return {
      ...{ key: 'd', title: 'echo', entry: join(entries, 'echo.ts'), byHand: ['echo.mjs'] },
      ...{ body, answer: row, hosts: [plain(body)], secondsMin: 1 },
    };
  },
  e: () => {
    const { json, npy, firstPixel } = randomImage();
    return {
      ...{ key: 'e', title: '3x224x224', entry: join(entries, 'image.ts'), byHand: ['image.mjs'] },
      ...{ body: json, answer: [firstPixel] },
      hosts: [plain(json), { title: '.npy', logLevel: 'warning', type: 'application/x-npy', body: npy }],
      // At 128 connections the first second passes before the first answer.
      secondsMin: 4,
    };
  },
};

/** Made when they are asked for: a body of a megabyte takes its time. */
export function casesOf(keys: readonly string[]): Case[] {
  return keys.map((key) => {
    const make = allCases[key];
    if (!make) throw new Error(`There is no case '${key}': there are ${Object.keys(allCases).join(', ')}.`);
    return make();
  });
}

function modelCase(key: string, title: string, name: string, rows: 'one' | 'batch'): Case {
  const model = join(modelsFolder, `${name}.onnx`);
  const { row, answer } = recordedRow(name);
  const body = Buffer.from(JSON.stringify({ data: [row] }));
  return {
    ...{ key, title, entry: model, byHand: ['model.mjs', model], body, answer },
    ...{ hosts: [plain(body)], bare: { model: name, rows }, secondsMin: 1 },
  };
}

function plain(body: Buffer): HostVariant {
  return { title: '', logLevel: 'warning', type: JSON_TYPE, body };
}
