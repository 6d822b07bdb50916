import { isDeepStrictEqual } from 'node:util';
import { HostError } from '../../errors.js';
import { nullable, withoutExample } from '../json-schema.js';
import type { ParameterType } from '../parameter-type.js';
import { pointerToken } from '../refusal.js';
import { compileValidator, type Validator } from '../validator.js';
import type { Node } from './node.js';
import { byKind, type SampleKind } from './sample-kind.js';
import { scalarNode } from './scalar-nodes.js';

/** Deeper samples would be documents that nobody reads, and cycles have no end. */
const DEPTH_MAX = 64;

/** Whatever JSON says: what is known of a place where the sample has nothing, or null alone. */
const anything: Node = { schema: {} };

/**
 * The type that fits all samples of one place: for the elements of a list all of them, for a member its values in all
 * objects of the list. Numbers of both kinds are numbers; `null` lets null through; what has nothing in common is an
 * alternative.
 *
 * @throws {HostError} `ENTRY_INVALID` for what is no JSON.
 */
export function nodeOf(samples: readonly unknown[], coerce: boolean, depth = 0): Node {
  if (depth > DEPTH_MAX) {
    const message = `Invalid data sample provided: it contains itself, or is deeper than ${DEPTH_MAX} levels.`;
    throw new HostError('ENTRY_INVALID', message);
  }
  const groups = byKind(samples);
  const withNull = groups.delete('null');
  if (groups.has('number')) groups.delete('bigint');
  const nodes = [...groups].flatMap(([kind, group]) => nodesOfKind(kind, group, coerce, depth));
  if (nodes.length === 0) return anything;
  const node = nodes.length === 1 ? (nodes[0] as Node) : alternatives(nodes);
  return withNull ? orNull(node) : node;
}

function nodesOfKind(kind: SampleKind, samples: readonly unknown[], coerce: boolean, depth: number): Node[] {
  const inside = (parts: readonly unknown[]) => nodeOf(parts, coerce, depth + 1);
  switch (kind) {
    case 'null':
      return [];
    case 'type':
      return distinct(samples as ParameterType[]).map(typeNode);
    case 'array':
      return [arrayNode(inside((samples as unknown[][]).flat()))];
    case 'set':
      return [setNode(inside((samples as Set<unknown>[]).flatMap((set) => [...set])))];
    case 'map':
      return [mapNode(inside((samples as Map<unknown, unknown>[]).flatMap((map) => [...map.values()])))];
    case 'object':
      return [objectNode(samples as Record<string, unknown>[], inside)];
    default:
      return [scalarNode(kind, coerce)];
  }
}

/** A parameter type inside a sample stands for what it reads. */
function typeNode(type: ParameterType): Node {
  return {
    schema: withoutExample(type.jsonSchema),
    fromJson: (value, path) => type.decode(value, path),
    toJson: (value) => (type.encode ? type.encode(value) : value),
  };
}

function distinct(types: readonly ParameterType[]): ParameterType[] {
  const schemaOf = (type: ParameterType) => withoutExample(type.jsonSchema);
  return types.filter(
    (type, i) => types.findIndex((other) => isDeepStrictEqual(schemaOf(other), schemaOf(type))) === i,
  );
}

function arrayNode({ schema, fromJson, toJson }: Node): Node {
  return {
    schema: { type: 'array', items: schema },
    ...(fromJson && {
      fromJson: (value, path) => (value as unknown[]).map((item, i) => fromJson(item, `${path}/${i}`)),
    }),
    ...(toJson && { toJson: (value) => (Array.isArray(value) ? value.map(toJson) : value) }),
  };
}

function setNode(item: Node): Node {
  const { schema, fromJson = (value: unknown) => value } = arrayNode(item);
  return { schema, fromJson: (value, path) => new Set(fromJson(value, path) as unknown[]) };
}

function mapNode({ schema, fromJson = (value: unknown) => value }: Node): Node {
  return {
    schema: { type: 'object', additionalProperties: schema },
    fromJson: (value, path) => {
      const entries = Object.entries(value as object);
      return new Map(entries.map(([key, item]) => [key, fromJson(item, `${path}/${pointerToken(key)}`)]));
    },
  };
}

/** A member is required if every sample has it. What a body has besides is passed on as it is. */
function objectNode(samples: readonly Record<string, unknown>[], inside: (parts: readonly unknown[]) => Node): Node {
  const names = [...new Set(samples.flatMap((sample) => Object.keys(sample)))];
  const members = new Map(
    names.map((name) => {
      const withName = samples.filter((sample) => Object.hasOwn(sample, name));
      return [name, inside(withName.map((sample) => sample[name]))];
    }),
  );
  const required = names.filter((name) => samples.every((sample) => Object.hasOwn(sample, name)));
  const nodes = [...members.values()];
  const properties = Object.fromEntries([...members].map(([name, { schema }]) => [name, schema]));
  return {
    schema: { type: 'object', ...(required.length > 0 ? { required } : {}), properties },
    ...(nodes.some((node) => node.fromJson) && {
      fromJson: (value, path) => mapMembers(value, (member, name) => convertMember(member, name, path)),
    }),
    ...(nodes.some((node) => node.toJson) && {
      toJson: (value) => mapMembers(value, (member, name) => members.get(name)?.toJson?.(member) ?? member),
    }),
  };

  function convertMember(member: unknown, name: string, path: string): unknown {
    const { fromJson } = members.get(name) ?? anything;
    return fromJson ? fromJson(member, `${path}/${pointerToken(name)}`) : member;
  }
}

/** `Object.fromEntries` defines what it is given: `__proto__` is only a key. */
function mapMembers(value: unknown, convert: (member: unknown, name: string) => unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, convert(member, name)]));
}

/** The first that accepts a value reads it. */
function alternatives(nodes: readonly Node[]): Node {
  const schema = { anyOf: nodes.map((node) => node.schema) };
  if (!nodes.some((node) => node.fromJson)) return { schema };
  let validators: Validator[] | undefined;
  return {
    schema,
    fromJson: (value, path) => {
      validators ??= nodes.map((node) => compileValidator(node.schema));
      const first = validators.findIndex((validate) => validate(value, { onlyFirst: true }).length === 0);
      const { fromJson } = nodes[first] ?? anything;
      return fromJson ? fromJson(value, path) : value;
    },
  };
}

function orNull({ schema, fromJson, toJson }: Node): Node {
  return {
    schema: nullable(schema),
    ...(fromJson && { fromJson: (value, path) => (value === null ? null : fromJson(value, path)) }),
    ...(toJson && { toJson: (value) => (value === null ? null : toJson(value)) }),
  };
}
