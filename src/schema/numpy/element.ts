import {
  type Dtype,
  type IntegerType,
  integerRanges,
  isFloatType,
  isIntegerType,
  type NumericType,
} from '../../dtype.js';
import { type JsonSchema, nullable } from '../json-schema.js';
import { numberOfText } from '../number-text.js';
import { refused, shown } from '../refusal.js';

/** One element of an array: its schema, and the way from JSON and back. */
export interface Element {
  readonly schema: JsonSchema;
  /** From a value that the schema accepts. */
  readonly fromJson: (value: unknown, path: string) => unknown;
  /** From an element of a sample or a result. */
  readonly toJson: (value: unknown) => unknown;
}

const formats: Readonly<Record<'float16' | 'float32' | 'float64', string>> = {
  float16: 'float',
  float32: 'float',
  float64: 'double',
};

/** The schema of one number of a tensor. A missing measurement is `null`, and NaN in the tensor, as in the reference. */
function numericSchema(type: NumericType): JsonSchema {
  if (type === 'bool') return { type: 'boolean' };
  if (isFloatType(type)) return nullable({ type: 'number', format: formats[type] });
  const { min, max } = integerRanges[type];
  return { type: 'integer', format: type, minimum: printable(min), maximum: printable(max) };
}

function printable(end: bigint): number | bigint {
  return Number.isSafeInteger(Number(end)) ? Number(end) : end;
}

/** What `coerce` lets through besides: text that is a number, true and false as 1 and 0, a number as text. */
function coercible(schema: JsonSchema, type: Dtype): JsonSchema {
  if (type === 'string') return { anyOf: [schema, { type: 'number' }] };
  const others: JsonSchema[] = [{ type: type === 'bool' ? 'number' : 'boolean' }, { type: 'string', format: type }];
  return { anyOf: [schema, ...others] };
}

/** @param coerce - Whether harmless conversions are made: see {@link coercible}. */
export function tensorElement(type: Dtype, coerce: boolean): Element {
  const schema: JsonSchema = type === 'string' ? { type: 'string' } : numericSchema(type);
  const fromJson = type === 'string' ? textFromJson : numberFromJson(type);
  return {
    schema: coerce ? coercible(schema, type) : schema,
    fromJson: coerce ? (value, path) => fromJson(coerced(value, type), path) : fromJson,
    toJson: (value) => value,
  };
}

/** What a value is where harmless conversions are made; itself where there is none. */
function coerced(value: unknown, type: Dtype): unknown {
  if (type === 'string') return typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
  const number = typeof value === 'string' ? (numberOfText(value, type) ?? value) : value;
  if (type === 'bool') return typeof number === 'string' ? number : Boolean(number);
  return typeof number === 'boolean' ? Number(number) : number;
}

function textFromJson(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw refused(path, `expected a string, got ${shown(value)}`);
}

function numberFromJson(type: NumericType): Element['fromJson'] {
  if (type === 'bool') return booleanFromJson;
  return isIntegerType(type) ? (value, path) => integerFromJson(value, type, path) : floatFromJson;
}

function booleanFromJson(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  throw refused(path, `expected true or false, got ${shown(value)}`);
}

function floatFromJson(value: unknown, path: string): number {
  if (value === null) return Number.NaN;
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  throw refused(path, `expected a number or null, got ${shown(value)}`);
}

function integerFromJson(value: unknown, type: IntegerType, path: string): number | bigint {
  const { min, max } = integerRanges[type];
  const whole = typeof value === 'bigint' || Number.isInteger(value) ? BigInt(value as number) : undefined;
  if (whole === undefined || whole < min || whole > max) {
    throw refused(path, `expected an integer from ${min} to ${max}, got ${shown(value)}`);
  }
  return type === 'int64' || type === 'uint64' ? whole : Number(whole);
}

export const bytesElement: Element = {
  schema: { type: 'string', format: 'binary' },
  fromJson: (value) => Buffer.from(value as string, 'base64'),
  toJson: (value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value),
};

/** Whatever JSON says, as it is. */
export const objectElement: Element = { schema: {}, fromJson: (value) => value, toJson: (value) => value };
