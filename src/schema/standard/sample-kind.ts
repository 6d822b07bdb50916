import { HostError } from '../../errors.js';
import { Tensor } from '../../tensor.js';
import type { ScalarKind } from './scalar-nodes.js';

/** What one place of a sample is. `type` is a parameter type, nested in it. */
export type SampleKind = ScalarKind | 'null' | 'type' | 'array' | 'object' | 'map' | 'set';

/** @throws {HostError} `ENTRY_INVALID` for what is no JSON. */
export function kindOf(sample: unknown): SampleKind {
  switch (typeof sample) {
    case 'number':
    case 'bigint':
    case 'string':
    case 'boolean':
      return typeof sample as ScalarKind;
    case 'object':
      return sample === null ? 'null' : kindOfObject(sample);
    default:
      throw notJson(`a value of type ${typeof sample}`);
  }
}

function kindOfObject(sample: object): SampleKind {
  if (Array.isArray(sample)) return 'array';
  if (sample instanceof Date) return kindOfDate(sample);
  if (sample instanceof Uint8Array) return 'bytes';
  if (sample instanceof Map) return 'map';
  if (sample instanceof Set) return 'set';
  if ('jsonSchema' in sample && 'decode' in sample) return 'type';
  const prototype = Object.getPrototypeOf(sample) as unknown;
  if (prototype === Object.prototype || prototype === null) return 'object';
  const isTensor = sample instanceof Tensor || ArrayBuffer.isView(sample);
  throw notJson(`an object of class ${sample.constructor?.name || 'without a name'}`, isTensor);
}

function kindOfDate(date: Date): 'date' {
  if (!Number.isNaN(date.getTime())) return 'date';
  throw new HostError('ENTRY_INVALID', 'Invalid data sample provided: the Date is none.');
}

function notJson(what: string, isTensor = false): HostError {
  const message = `Invalid data sample provided: ensure that the data is fully JSON serializable. ${what} is not.`;
  const fix = isTensor
    ? 'Wrap it: new NumpyParameterType(sample) may stand inside a standard sample.'
    : 'A standard sample is made of numbers, strings, booleans, null, arrays, plain objects, Date, Buffer, Map and Set.';
  return new HostError('ENTRY_INVALID', message, { fix });
}

/** Samples of one place by what they are, in the order in which the kinds are first met. */
export function byKind(samples: readonly unknown[]): Map<SampleKind, unknown[]> {
  const groups = new Map<SampleKind, unknown[]>();
  for (const sample of samples) {
    const kind = kindOf(sample);
    const group = groups.get(kind);
    if (group) group.push(sample);
    else groups.set(kind, [sample]);
  }
  return groups;
}
