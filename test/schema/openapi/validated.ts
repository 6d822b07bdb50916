import { readFileSync, writeFileSync } from 'node:fs';
import { compileErrors, validate } from '@readme/openapi-parser';
import { expect } from 'vitest';
import { writeJson } from '../../../src/schema/json/write.js';
import type { OpenApiDocuments } from '../../../src/schema/openapi/documents.js';

export type Version = keyof OpenApiDocuments;

export const versions: readonly Version[] = ['2', '3', '3.1'];

/** A document as its readers have it: from its text. */
export function asRead(document: object): Record<string, unknown> {
  return JSON.parse(writeJson(document)) as Record<string, unknown>;
}

/** Fails unless a document is one of its version, by a parser that is not ours. */
export async function expectValid(document: object): Promise<void> {
  // It takes the document apart.
  const result = await validate(structuredClone(document) as Parameters<typeof validate>[0]);
  expect(result.valid, result.valid ? '' : compileErrors(result)).toBe(true);
}

/** Fails unless a document is the whole one in the file NAME.json: WRITE_DOCUMENTS=1 writes them anew, to be read. */
export function expectWhole(name: string, document: object): void {
  const file = new URL(`${name}.json`, import.meta.url);
  if (process.env.WRITE_DOCUMENTS) writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  expect(document).toEqual(JSON.parse(readFileSync(file, 'utf8')));
}
