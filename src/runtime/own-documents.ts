import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { asError, HostError } from '../errors.js';

/** Versions of the OpenAPI document, as `GET /swagger.json` names them. */
export type DocumentVersion = '2' | '3' | '3.1';

/** Documents as JSON text. */
export type OwnDocuments = Partial<Record<DocumentVersion, string>>;

interface OwnFile {
  /** The first that is there is taken. */
  readonly names: readonly string[];
  /** What the document has to say of itself, and an example of it. */
  readonly field: 'swagger' | 'openapi';
  readonly value: RegExp;
  readonly example: string;
}

const ownFiles: Readonly<Record<DocumentVersion, OwnFile>> = {
  '2': { names: ['swagger.json', 'swagger2.json'], field: 'swagger', value: /^2\.0$/, example: '2.0' },
  '3': { names: ['swagger3.json'], field: 'openapi', value: /^3\.0\.\d+$/, example: '3.0.3' },
  '3.1': { names: ['swagger3.1.json'], field: 'openapi', value: /^3\.1\.\d+$/, example: '3.1.0' },
};
const versions = Object.keys(ownFiles) as DocumentVersion[];

/** A document is kept in memory, and sent whole with every answer. */
export const DOCUMENT_BYTES_MAX = 1024 * 1024;

/**
 * The documents that the user wrote, by version: they are served, as they stand, in place of those that are made from the
 * schema of the entry module.
 *
 * @throws {HostError} `DOCUMENT_INVALID` if one is too large, is no JSON object, or is a document of another version.
 */
export function readOwnDocuments(appRoot: string): OwnDocuments {
  const found = versions.map((version) => [version, ownDocument(appRoot, ownFiles[version])] as const);
  return Object.fromEntries(found.filter(([, text]) => text !== undefined));
}

function ownDocument(appRoot: string, file: OwnFile): string | undefined {
  for (const name of file.names) {
    const path = join(appRoot, name);
    const text = readText(path);
    if (text === undefined) continue;
    checkDocument(path, text, file);
    return text;
  }
  return undefined;
}

/** Without the mark that some editors put before UTF-8; undefined where there is no such file. */
function readText(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return undefined;
    if (!stats.isFile()) throw new Error('it is no file');
    if (stats.size > DOCUMENT_BYTES_MAX)
      throw new Error(`it has ${stats.size} bytes, of at most ${DOCUMENT_BYTES_MAX}`);
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    throw invalid(path, asError(error).message, 'Make it a readable JSON file');
  }
}

function checkDocument(path: string, text: string, { field, value, example }: OwnFile): void {
  const document = parsed(path, text);
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw invalid(path, `it is ${kindOf(document)}, but must be an object`, `Write {"${field}": "${example}", …}`);
  }
  const said = (document as Record<string, unknown>)[field];
  if (typeof said === 'string' && value.test(said)) return;
  const is = said === undefined ? `it has no "${field}"` : `its "${field}" is ${JSON.stringify(said).slice(0, 100)}`;
  throw invalid(path, `${is}, but must say "${field}": "${example}"`, fixForVersion(document, field, example));
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = asError(error);
    const [, position] = /at position (\d+)(?!.*\(line)/s.exec(message) ?? [];
    const line = position === undefined ? '' : ` (line ${text.slice(0, Number(position)).split('\n').length})`;
    throw invalid(path, `it is no JSON: ${message}${line}`, 'Mend the JSON');
  }
}

/** A document of another version has only the wrong name. */
function fixForVersion(document: object, field: string, example: string): string {
  const fits = versions.find((version) => {
    const said = (document as Record<string, unknown>)[ownFiles[version].field];
    return typeof said === 'string' && ownFiles[version].value.test(said);
  });
  const name = fits && ownFiles[fits].names.at(-1);
  return name ? `Rename it to ${name}, which is for its version` : `Give it "${field}": "${example}"`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

function invalid(path: string, problem: string, fix: string): HostError {
  return new HostError('DOCUMENT_INVALID', `Cannot serve the document ${path}: ${problem}.`, {
    fix: `${fix}; or take the file away, and the document is made from the schema of the entry module.`,
  });
}
