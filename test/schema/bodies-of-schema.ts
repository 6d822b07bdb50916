import fc from 'fast-check';
import type { JsonSchema, JsonTypeName } from '../../src/schema/json-schema.js';

/** Values that a schema accepts, as JSON can say them. */
export function bodyOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(bodyOf));
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types === undefined) return anything;
  return fc.oneof(...types.map((type) => makers[type](schema)));
}

const anything = fc.jsonValue({ maxDepth: 2 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
/** Up to here a double is exact, and a plain validator sees what the host sees. */
const EXACT_MAX = Number.MAX_SAFE_INTEGER;

const makers: Readonly<Record<JsonTypeName, (schema: JsonSchema) => fc.Arbitrary<unknown>>> = {
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  number: () => fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()),
  integer: ({ minimum = -EXACT_MAX, maximum = EXACT_MAX }) =>
    fc.integer({ min: Math.max(Number(minimum), -EXACT_MAX), max: Math.min(Number(maximum), EXACT_MAX) }),
  string: ({ format = '' }) => strings[format] ?? fc.string(),
  array: ({ items = {}, minItems = 0, maxItems }) =>
    fc.array(bodyOf(items), { minLength: minItems, maxLength: maxItems ?? minItems + 3 }),
  object: objectOf,
};

const base64 = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const moment = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T00:00:00Z') });
const whole = fc.integer({ min: 0, max: 127 }).map(String);
const strings: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'date-time': moment.map((date) => date.toISOString()),
  date: moment.map((date) => date.toISOString().slice(0, 10)),
  time: moment.map((date) => date.toISOString().slice(11)),
  timedelta: fc.integer({ min: 0, max: 1000 }).map((days) => `${days} days`),
  byte: base64,
  binary: base64,
  bool: fc.constantFrom('true', 'False'),
  ...Object.fromEntries(
    ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'].map((name) => [name, whole]),
  ),
  ...Object.fromEntries(
    ['float16', 'float32', 'float64'].map((name) => [name, fc.constantFrom('1.5', '-2e3', 'nan', 'inf')]),
  ),
};

function objectOf({ properties = {}, required = [], additionalProperties }: JsonSchema): fc.Arbitrary<unknown> {
  const known = Object.entries(properties).map(([name, schema]) => [name, bodyOf(schema)] as const);
  const more = typeof additionalProperties === 'object' ? bodyOf(additionalProperties) : anything;
  const name = fc.string({ maxLength: 4 }).filter((key) => key !== '__proto__' && !Object.hasOwn(properties, key));
  return fc
    .tuple(
      fc.tuple(...known.map(([key, value]) => fc.tuple(fc.constant(key), value, fc.boolean()))),
      fc.dictionary(name, more, { maxKeys: 2, noNullPrototype: true }),
    )
    .map(([members, others]) => {
      const kept = members.filter(([key, , keep]) => keep || required.includes(key));
      return Object.fromEntries([...kept.map(([key, value]) => [key, value] as const), ...Object.entries(others)]);
    });
}

/** Values with one small fault at a random place: another type, a member too few, an element too many, … */
export function mutated(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(value, fc.infiniteStream(fc.nat())).map(([whole, choices]) => {
    const choose = (count: number) => (choices.next().value as number) % count;
    return mutate(whole, choose);
  });
}

const strange = [null, true, '', 'x', '13/2/2020', '!!!', 1.5, -1, 300, 1e20, -1e300, [], {}, [[]], [1], { a: 1 }];

function mutate(value: unknown, choose: (count: number) => number): unknown {
  const inside = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!inside || choose(3) === 0) return strange[choose(strange.length)];
  if (Array.isArray(value)) return mutateArray(value, choose);
  const entries = Object.entries(value as object);
  const at = choose(entries.length);
  if (choose(3) === 0) return Object.fromEntries(entries.filter((_, i) => i !== at));
  return Object.fromEntries(entries.map(([key, part], i) => [key, i === at ? mutate(part, choose) : part]));
}

function mutateArray(value: readonly unknown[], choose: (count: number) => number): unknown[] {
  const at = choose(value.length);
  switch (choose(4)) {
    case 0:
      return value.filter((_, i) => i !== at);
    case 1:
      return [...value, value[at]];
    default:
      return value.map((part, i) => (i === at ? mutate(part, choose) : part));
  }
}
