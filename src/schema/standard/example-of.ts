import type { ParameterType } from '../parameter-type.js';
import { kindOf } from './sample-kind.js';
import { scalarNode } from './scalar-nodes.js';

/** A sample as it is sent in JSON. */
export function exampleOf(sample: unknown): unknown {
  const kind = kindOf(sample);
  switch (kind) {
    case 'type':
      return (sample as ParameterType).jsonSchema.example;
    case 'array':
    case 'set':
      return Array.from(sample as Iterable<unknown>, exampleOf);
    case 'map':
      return membersOf([...(sample as Map<unknown, unknown>)].map(([key, value]) => [String(key), value]));
    case 'object':
      return membersOf(Object.entries(sample as object));
    case 'date':
    case 'bytes':
      return scalarNode(kind, false).toJson?.(sample);
    case 'number':
      return Number.isFinite(sample) ? sample : 0; // JSON has no word for it
    default:
      return sample;
  }
}

function membersOf(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries.map(([key, value]) => [key, exampleOf(value)]));
}
