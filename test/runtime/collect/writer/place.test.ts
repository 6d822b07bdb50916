import { isAbsolute, join, normalize } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileName, pathPart, placeName, workspaceParts } from '../../../../src/runtime/collect/writer/place.js';
import { dataHead, names, payloadHead } from '../heads.js';

describe('placeName()', () => {
  it('is that of Azure ML v1 for csv', () => {
    expect(placeName(dataHead({ modelVersion: '2' }), 'csv', names)).toBe(
      'sub/group/workspace/service/digits/2/inputs/2026/3/4/data',
    );
    expect(placeName(payloadHead(), 'csv', names)).toBe(
      'sub/group/workspace/service/default/default/request/2026/3/4/data',
    );
    const signals = dataHead({ designation: 'signals', file: 'clicks', workspace: 'a/b/c', service: 'other' });
    expect(placeName(signals, 'csv', names)).toBe('a/b/c/other/digits/default/signals/2026/3/4/clicks');
  });

  it('is that of Azure ML v2 for events', () => {
    const name = (head: Parameters<typeof placeName>[0]) =>
      placeName(head, 'cloudevents', { ...names, instance: 'pod-1' });
    expect(name(dataHead())).toBe('modelDataCollector/endpoint/blue/model_inputs/2026/03/04/05/pod-1');
    expect(name(payloadHead({ kind: 'response' }))).toBe(
      'modelDataCollector/endpoint/blue/response/2026/03/04/05/pod-1',
    );
  });

  it('never leads out of the folder, whatever the names are', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '.', '', '../..', '/etc', 'a/../..', '\\..', '\0'),
    );
    fc.assert(
      fc.property(name, name, name, name, (model, designation, workspace, file) => {
        const head = dataHead({
          model,
          designation,
          workspace,
          file,
          modelVersion: file,
          service: model,
          collection: model,
        });
        for (const format of ['csv', 'cloudevents'] as const) {
          const place = placeName(head, format, { ...names, endpoint: model, instance: file });
          expect(isAbsolute(place)).toBe(false);
          expect(normalize(join('root', place))).toBe(join('root', place));
          expect(place.split('/')).toHaveLength(format === 'csv' ? 11 : 9);
          for (const part of place.split('/')) expect(part).not.toMatch(/^\.*$|\.$|[\\\0]/);
        }
      }),
    );
  });
});

describe('pathPart()', () => {
  it('keeps letters and digits of any language, dashes, dots and underscores', () => {
    expect(pathPart('modèle-1.0_b')).toBe('modèle-1.0_b');
    expect(pathPart('a b/c')).toBe('a_b_c');
    expect(pathPart('..')).toBe('__');
    expect(pathPart('')).toBe('_');
  });

  it('is no longer than a file system takes', () => {
    expect(Buffer.byteLength(pathPart('語'.repeat(500)))).toBeLessThanOrEqual(200);
  });
});

describe('workspaceParts()', () => {
  it('are three, always', () => {
    expect(workspaceParts('a/b/c')).toEqual(['a', 'b', 'c']);
    expect(workspaceParts('a')).toEqual(['a', 'default', 'default']);
    expect(workspaceParts('/a//b/c/d')).toEqual(['a', 'b', 'c_d']);
    expect(workspaceParts('')).toEqual(['default', 'default', 'default']);
  });
});

describe('fileName()', () => {
  it('counts the files of a place', () => {
    const place = { name: 'a/data', ending: '.csv', header: '' } as const;
    expect([0, 1, 12].map((number) => fileName(place, number))).toEqual([
      'a/data.csv',
      'a/data-1.csv',
      'a/data-12.csv',
    ]);
  });
});
