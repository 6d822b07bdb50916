import type { JsonSchema } from '../json-schema.js';
import { pointerToken } from '../refusal.js';
import type { ParsedDtype, ParsedField } from './dtype-option.js';
import { bytesElement, type Element, objectElement, tensorElement } from './element.js';
import { eachElement, mapElements } from './nested.js';
import { datetimeElement, timedeltaElement } from './time-element.js';

/** The element that a dtype means. */
export function elementOf(dtype: ParsedDtype, coerce: boolean): Element {
  switch (dtype.kind) {
    case 'tensor':
      return tensorElement(dtype.type, coerce);
    case 'bytes':
      return bytesElement;
    case 'object':
      return objectElement;
    case 'datetime':
      return datetimeElement(dtype.unit);
    case 'timedelta':
      return timedeltaElement(dtype.unit);
    case 'structured':
      return structuredElement(dtype.fields, coerce);
  }
}

/** Plain objects with a member per field. What a body has besides is passed over. */
function structuredElement(fields: ReadonlyMap<string, ParsedField>, coerce: boolean): Element {
  const parts = [...fields].map(([name, field]) => [name, fieldElement(field, coerce)] as const);
  const convert = (value: unknown, each: (part: Element, member: unknown, name: string) => unknown) =>
    Object.fromEntries(parts.map(([name, part]) => [name, each(part, (value as Record<string, unknown>)[name], name)]));
  return {
    schema: {
      type: 'object',
      required: parts.map(([name]) => name),
      properties: Object.fromEntries(parts.map(([name, { schema }]) => [name, schema])),
    },
    fromJson: (value, path) =>
      convert(value, (part, member, name) => part.fromJson(member, `${path}/${pointerToken(name)}`)),
    toJson: (value) =>
      typeof value === 'object' && value !== null ? convert(value, (part, member) => part.toJson(member)) : value,
  };
}

function fieldElement({ dtype, dims }: ParsedField, coerce: boolean): Element {
  const element = elementOf(dtype, coerce);
  if (dims.length === 0) return element;
  return {
    schema: dims.reduceRight<JsonSchema>(
      (items, length) => ({ type: 'array', items, minItems: length, maxItems: length }),
      element.schema,
    ),
    fromJson: (value, path) => {
      eachElement(value, dims, path, () => {});
      return mapElements(value, dims.length, element.fromJson, path);
    },
    toJson: (value) => mapElements(value, dims.length, element.toJson),
  };
}
