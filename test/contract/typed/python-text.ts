import { momentOf } from './compare-values.js';
import { isPlainObject } from './json-pointer.js';

/** What Python's `str()` makes of a value of JSON. */
export function pythonText(value: unknown): string {
  return typeof value === 'string' ? value : repr(value);
}

function repr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (!isPlainObject(value)) return String(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${repr(name)}: ${repr(member)}`)
    .join(', ')}}`;
}

/** Whether a text of the reference's examples names the moment, in whole milliseconds, of an RFC 3339 text. */
export function sameMoment(recorded: unknown, ours: string): boolean {
  const match = /^(\d{1,4})-(\d\d-\d\d)[ T]([\d:]+)(?:[.,](\d+))?(?: ?(Z|[+-]\d\d:?\d\d))?$/.exec(String(recorded));
  if (!match) return false;
  const [, year = '', day, clock, fraction = '', offset = 'Z'] = match;
  const zone = offset.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  return momentOf(`${year.padStart(4, '0')}-${day}T${clock}.${fraction || '0'}${zone}`) === momentOf(ours);
}

/** Whether a time of day of the reference's examples is the one of another text. */
export function sameTime(recorded: unknown, ours: string): boolean {
  const parts = (text: string) => {
    const [, clock, fraction = '', zone = ''] = /^(\d\d:\d\d:\d\d)(?:\.(\d+))? ?(.*)$/.exec(text) ?? [];
    return [clock, fraction.padEnd(6, '0'), zone === '' ? '+0000' : zone.replace(':', '')].join();
  };
  return typeof recorded === 'string' && parts(recorded) === parts(ours);
}
