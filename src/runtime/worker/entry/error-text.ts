import { inspect } from 'node:util';
import { asError, HostError } from '../../../errors.js';
import { DIST } from '../../../package-files.js';
import type { ThrownException } from '../messages.js';

const UNSHOWABLE = 'an error that cannot be shown: what it is made of throws itself';

/**
 * An error of user code as its author wants to read it in the log: its stack without the frames of the host, its cause,
 * and what else it carries; of an error of the host what it says, as its code and fix are for other readers.
 */
export function errorText(thrown: unknown): string {
  try {
    return textOf(asError(thrown));
  } catch {
    return UNSHOWABLE;
  }
}

/** The same in short. */
export function exceptionOf(thrown: unknown): ThrownException {
  try {
    const error = asError(thrown);
    return { type: error.constructor?.name || error.name, message: String(error.message) };
  } catch {
    return { type: 'Error', message: UNSHOWABLE };
  }
}

function textOf(error: Error): string {
  const text = error instanceof HostError ? (error.stack ?? error.message) : inspect(error);
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (!isHostFrame(line)) lines.push(line);
    // What else the error carries begins behind its last frame.
    else if (line.endsWith(' {')) lines.push(`${lines.pop() ?? ''} {`);
  }
  if (error instanceof HostError && error.cause !== undefined) lines.push(`caused by ${errorText(error.cause)}`);
  return lines.join('\n');
}

function isHostFrame(line: string): boolean {
  // Those that an error has in common with its cause are of the host, too, and further out.
  if (/^\s+\.\.\. \d+ lines matching cause stack trace \.\.\.$/.test(line)) return true;
  return /^\s+at /.test(line) && (line.includes(`${DIST}/`) || line.includes('node:async_hooks'));
}
