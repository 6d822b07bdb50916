import { inspect } from 'node:util';

/** A collector that is away is told of once a minute, not at each try. */
const SILENCE_MS = 60_000;
const CHARACTERS_MAX = 500;

/** What the packages say of themselves. */
export interface Diagnostics {
  error(message: string, ...rest: unknown[]): void;
  warn(message: string, ...rest: unknown[]): void;
  info(): void;
  debug(): void;
  verbose(): void;
}

/**
 * Writes what the packages complain of: the first line at once, then one a minute, which says how many were left out.
 *
 * @param warn - Of the log.
 */
export function diagnostics(warn: (message: string) => void, now = () => performance.now()): Diagnostics {
  let silentUntilMs = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  const tell = (...parts: unknown[]): void => {
    if (now() < silentUntilMs) return void leftOut++;
    silentUntilMs = now() + SILENCE_MS;
    const besides = leftOut > 0 ? ` (and ${leftOut} such lines since the last one)` : '';
    leftOut = 0;
    warn(`traces: ${textOf(parts)}${besides}`);
  };
  const nothing = (): void => {};
  return { error: tell, warn: tell, info: nothing, debug: nothing, verbose: nothing };
}

function textOf(parts: readonly unknown[]): string {
  const text = parts.map((part) => (typeof part === 'string' ? messageOf(part) : inspect(part))).join(' ');
  return text.length > CHARACTERS_MAX ? `${text.slice(0, CHARACTERS_MAX)}…` : text;
}

/** An error comes as an object in JSON, with its stack: what it says is enough. */
function messageOf(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    const { message, code } = JSON.parse(text) as { message?: string; code?: string };
    return message || code || text;
  } catch {
    return text;
  }
}
