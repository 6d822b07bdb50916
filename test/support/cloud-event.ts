import { expect } from 'vitest';

/** RFC 3339. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const ATTRIBUTE_NAME = /^[a-z0-9]{1,20}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Holds a line to CloudEvents 1.0 in its JSON format: the attributes that must be there, their names and types.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export function checkCloudEvent(line: string): Record<string, unknown> {
  const event = JSON.parse(line) as Record<string, unknown>;
  const { data, data_base64, ...attributes } = event;
  expect(event.specversion).toBe('1.0');
  for (const name of ['id', 'source', 'type']) expect(event[name], name).toMatch(/./);
  expect(() => new URL(event.source as string, 'https://host.example')).not.toThrow();
  if (event.time !== undefined) expect(event.time).toMatch(TIMESTAMP);
  if (event.datacontenttype !== undefined) expect(event.datacontenttype).toMatch(/^[^\s/;]+\/[^\s;]+/);
  for (const [name, value] of Object.entries(attributes)) {
    expect(name).toMatch(ATTRIBUTE_NAME);
    expect(['string', 'boolean', 'number']).toContain(typeof value);
    if (typeof value === 'number') expect(Number.isInteger(value) && Math.abs(value) < 2 ** 31, name).toBe(true);
  }
  expect('data' in event && 'data_base64' in event).toBe(false);
  if ('data_base64' in event) expect(data_base64).toMatch(BASE64);
  return event;
}
