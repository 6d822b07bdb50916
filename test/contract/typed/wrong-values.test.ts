import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ConversionCase } from './conversion.js';
import { judgeConversion } from './judge-conversion.js';
import { judgeSchema } from './judge-schema.js';
import type { SchemaCase } from './schema-case.js';

function casesOf<T>(file: string): T[] {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** Another value of the same kind in the first place that has one; undefined where there is none. */
function spoiled(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return `9${value}`;
  if (Array.isArray(value)) return spoiledMember(value, [...value.keys()]);
  if (typeof value !== 'object' || value === null) return undefined;
  const tag = value as { readonly $py?: string; readonly $float?: string; readonly $int?: string };
  if (tag.$float !== undefined) return { $float: '12345.0' };
  if (tag.$int !== undefined) return { $int: '12345' };
  if (tag.$py === 'datetime' || tag.$py === 'Timestamp') return { ...tag, iso: '1999-01-01T00:00:00+00:00' };
  if (tag.$py !== undefined && tag.$py !== 'ndarray' && tag.$py !== 'DataFrame') return undefined;
  return spoiledMember(value, tag.$py === undefined ? Object.keys(value) : ['data']);
}

function spoiledMember(value: object, names: readonly (string | number)[]): unknown {
  for (const name of names) {
    const other = spoiled((value as Record<string | number, unknown>)[name]);
    if (other === undefined) continue;
    return Object.assign(Array.isArray(value) ? [...value] : { ...value }, { [name]: other });
  }
  return undefined;
}

describe('no rule explains a wrong value', () => {
  const files = ['deserialize-cases.jsonl', 'own-deserialize-cases.jsonl'];
  const taken = files
    .flatMap((file) => casesOf<ConversionCase>(file))
    .filter((recorded) => recorded.ok && judgeConversion(recorded).kind === 'ok');
  const wrong = taken.flatMap((recorded) => {
    const result = spoiled(recorded.result);
    return result === undefined ? [] : [{ ...recorded, result }];
  });

  it('and most cases that are taken alike can be made wrong', () => expect(wrong.length).toBeGreaterThan(60));

  it.each(wrong)('$name, with another result', (recorded) => {
    expect(judgeConversion(recorded).kind).toBe('mismatch');
  });

  it('nor a refusal of what is of the type', () => {
    for (const recorded of taken) {
      const refusing = { ...recorded, ok: false, error: { type: 'ValueError', message: 'refused' } };
      expect(judgeConversion(refusing).kind, recorded.name).toBe('mismatch');
    }
  });
});

describe('no rule explains another type in a document', () => {
  const isAlike = (recorded: SchemaCase) => {
    const verdict = judgeSchema(recorded);
    // The output, of no type, is said otherwise in each.
    return (
      verdict.kind === 'ok' ||
      (verdict.kind === 'different' && verdict.by.every(({ id }) => id === 'documents-are-complete'))
    );
  };
  const alike = casesOf<SchemaCase>('schema-cases.jsonl').filter((recorded) => !recorded.error && isAlike(recorded));

  it('and there are many that are documented alike', () => expect(alike.length).toBeGreaterThan(40));

  it.each(alike)('$name', (recorded) => {
    const service_input_text = (recorded.service_input_text ?? '')
      .replaceAll('"type": "integer"', '"type": "boolean"')
      .replaceAll('"type": "number"', '"type": "boolean"')
      .replaceAll('"type": "string"', '"type": "boolean"');
    if (service_input_text === recorded.service_input_text) return;
    expect(judgeSchema({ ...recorded, service_input_text }).kind).toBe('mismatch');
  });
});
