/** What a sample of Python has no counterpart for in TypeScript: a class whose meaning is Python's alone. */
export class NoCounterpart extends Error {}

/** Naive dates count as UTC; `2020-01` and digits below the millisecond are made whole dates. */
export function isoMoment(iso: string): string {
  const [, date = '', time = '', offset = ''] = /^([\d-]+)(?:[T ]([\d:.]+))?(.*)$/.exec(iso) ?? [];
  const day = date.length === 4 ? `${date}-01-01` : date.length === 7 ? `${date}-01` : date;
  const [clock = '', fraction = ''] = time.split('.');
  const whole = clock === '' ? '00:00:00' : `${clock}:00:00`.slice(0, 8);
  return `${day}T${whole}.${fraction.slice(0, 3).padEnd(3, '0')}${offset === '' ? 'Z' : offset}`;
}
