import { type ErrorDetail, HostError } from '../errors.js';

/** Problems named in one reply; a body may have a million. */
export const PROBLEMS_MAX = 20;
const CHARACTERS_MAX = 40;

/** The error of an input that does not fit: `path` says where, `problem` what was expected and what came. */
export function refused(path: string, problem: string): HostError {
  return refusedFor([{ path, message: problem }]);
}

/** The error of an input with several problems. Callers give at least one, and at most {@link PROBLEMS_MAX}. */
export function refusedFor(details: readonly ErrorDetail[]): HostError {
  const [first, ...others] = details as readonly [ErrorDetail, ...ErrorDetail[]];
  const more = others.length === 0 ? '' : ` (and ${others.length} more in details)`;
  const text = `${first.path || 'The body'}: ${first.message}${more}`;
  return new HostError('INPUT_INVALID', text.endsWith('?') ? text : `${text}.`, { details });
}

/** A value as a message names it: never more of it than one would read. */
export function shown(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return JSON.stringify(cut(value));
  return cut(String(value));
}

/** No more of a text than one would read. */
export function cut(text: string, charactersMax = CHARACTERS_MAX): string {
  return text.length > charactersMax ? `${text.slice(0, charactersMax)}…` : text;
}

/** A member of a JSON pointer: RFC 6901, section 3. */
export function pointerToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
