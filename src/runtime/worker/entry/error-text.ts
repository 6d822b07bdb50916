import { inspect } from 'node:util';
import { asError, HostError } from '../../../errors.js';
import { DIST } from '../../../package-files.js';

/**
 * An error of user code as its author wants to read it in the log: its stack without the frames of the host, its cause,
 * and what else it carries; of an error of the host what it says, as its code and fix are for other readers.
 */
export function errorText(thrown: unknown): string {
  const error = asError(thrown);
  const text = error instanceof HostError ? (error.stack ?? error.message) : inspect(error);
  const lines = text.split('\n').filter((line) => !isHostFrame(line));
  if (error instanceof HostError && error.cause !== undefined) lines.push(`caused by ${errorText(error.cause)}`);
  return lines.join('\n');
}

function isHostFrame(line: string): boolean {
  return /^\s+at /.test(line) && (line.includes(`${DIST}/`) || line.includes('node:async_hooks'));
}
