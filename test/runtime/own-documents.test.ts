import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HostError } from '../../src/errors.js';
import { DOCUMENT_BYTES_MAX, readOwnDocuments } from '../../src/runtime/own-documents.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const swagger2 = '{"swagger": "2.0", "paths": {}}';
const openapi3 = '{"openapi": "3.0.4"}';
const openapi31 = '\n{"openapi": "3.1.1"}\n';

describe('readOwnDocuments()', () => {
  it('takes the files that are there, each as it stands', () => {
    expect(readOwnDocuments(temporaryFolder())).toEqual({});
    expect(readOwnDocuments('/no/such/folder')).toEqual({});
    expect(readOwnDocuments(temporaryFolder({ 'swagger3.json': openapi3 }))).toEqual({ 3: openapi3 });
    const all = { 'swagger2.json': swagger2, 'swagger3.json': openapi3, 'swagger3.1.json': openapi31 };
    expect(readOwnDocuments(temporaryFolder(all))).toEqual({ 2: swagger2, 3: openapi3, '3.1': openapi31 });
  });

  it('prefers swagger.json to swagger2.json, and then does not look at that', () => {
    const folder = temporaryFolder({ 'swagger.json': swagger2, 'swagger2.json': 'broken' });
    expect(readOwnDocuments(folder)).toEqual({ 2: swagger2 });
  });

  it('takes away the mark that some editors put first', () => {
    expect(readOwnDocuments(temporaryFolder({ 'swagger.json': `\ufeff${swagger2}` }))).toEqual({ 2: swagger2 });
  });

  it('takes a document of the largest size', () => {
    const largest = swagger2.padEnd(DOCUMENT_BYTES_MAX);
    expect(readOwnDocuments(temporaryFolder({ 'swagger.json': largest }))[2]).toHaveLength(DOCUMENT_BYTES_MAX);
  });
});

describe('readOwnDocuments() refuses', () => {
  it.each([
    ['swagger.json', '', /^it is no JSON: Unexpected end of JSON input$/, /^Mend the JSON; or/],
    ['swagger.json', '{"a": 1,\n\n b}', /^it is no JSON: .*line 3/, /^Mend the JSON; or/],
    ['swagger.json', '[]', /^it is an array, but must be an object$/, /^Write \{"swagger": "2\.0", …\}; or/],
    ['swagger.json', 'null', /^it is null, but/, /./],
    ['swagger.json', '"2.0"', /^it is a string, but/, /./],
    ['swagger.json', '{}', /^it has no "swagger", but must say "swagger": "2\.0"$/, /^Give it "swagger": "2\.0"; or/],
    ['swagger2.json', '{"swagger": 2}', /^its "swagger" is 2, but/, /^Give it/],
    ['swagger.json', openapi3, /^it has no "swagger"/, /^Rename it to swagger3\.json,/],
    ['swagger3.json', openapi31, /^its "openapi" is "3\.1\.1", but/, /^Rename it to swagger3\.1\.json,/],
    ['swagger3.1.json', openapi3, /^its "openapi" is "3\.0\.4", but/, /^Rename it to swagger3\.json,/],
    ['swagger3.json', swagger2, /^it has no "openapi"/, /^Rename it to swagger2\.json,/],
    ['swagger3.json', '{"openapi": "3.0"}', /^its "openapi" is "3\.0", but/, /^Give it "openapi": "3\.0\.3"; or/],
    ['swagger.json', Buffer.from('{"swagger": "2.0", "a": "\xe9"}', 'latin1'), /not valid/, /./],
    [
      'swagger.json',
      swagger2.padEnd(DOCUMENT_BYTES_MAX + 1),
      /^it has 1048577 bytes, of at most 1048576$/,
      /^Make it a readable JSON file; or/,
    ],
  ])('%s with %j', (name, content, problem, fix) => {
    const folder = temporaryFolder({ [name]: content });
    const error = refusalOf(folder);
    expect([error.code, error.entry.exitCode]).toEqual(['DOCUMENT_INVALID', 3]);
    const [, path, reason] = /^Cannot serve the document (.*?): (.*)\.$/s.exec(error.message) ?? [];
    expect(path).toBe(`${folder}/${name}`);
    expect(reason).toMatch(problem);
    expect(error.fix).toMatch(fix);
  });

  it('a folder of that name', () => {
    const folder = temporaryFolder();
    mkdirSync(`${folder}/swagger3.json`);
    expect(refusalOf(folder).message).toBe(`Cannot serve the document ${folder}/swagger3.json: it is no file.`);
  });
});

function refusalOf(folder: string): HostError {
  try {
    readOwnDocuments(folder);
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
