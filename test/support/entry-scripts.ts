import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { parseJson } from '../../src/schema/json/parse.js';

export const entryScriptsFolder = fileURLToPath(new URL('../../entry-scripts', import.meta.url));

/** The examples, by the names of their folders. */
export const entryScripts: readonly string[] = readdirSync(entryScriptsFolder);

/** A request is a file of one of these: the answer to each is response.json. */
const contentTypes: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.npy': 'application/x-npy',
  '.arrows': 'application/vnd.apache.arrow.stream',
  '.png': 'image/png',
};

/** A request that an example comes with. */
export interface ExampleRequest {
  readonly file: string;
  readonly contentType: string;
  readonly body: Buffer;
}

export function requestsOf(name: string): readonly ExampleRequest[] {
  const folder = join(entryScriptsFolder, name);
  return readdirSync(folder)
    .filter((file) => file.startsWith('request.'))
    .map((file) => {
      const contentType = contentTypes[extname(file)];
      if (contentType === undefined) throw new Error(`${name}/${file}: nobody knows its content type`);
      return { file, contentType, body: readFileSync(join(folder, file)) };
    });
}

/** What each of its requests is answered. */
export function responseOf(name: string): unknown {
  return readJson(readFileSync(join(entryScriptsFolder, name, 'response.json'), 'utf8'));
}

export function readJson(text: string): unknown {
  return parseJson(text, { depthMax: 64 });
}

const TOLERANCE = 1e-5;

/** The last digits of a model's floats are the machine's; integers are compared as they are, also beyond 2^53. */
export function compareFloatsLoosely(): void {
  expect.addEqualityTesters([
    (a: unknown, b: unknown) => {
      if (typeof a !== 'number' || typeof b !== 'number' || (Number.isInteger(a) && Number.isInteger(b)))
        return undefined;
      return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b));
    },
  ]);
}
