import { inspect } from 'node:util';
import { HostError } from '../errors.js';

/** How a command ends that could not do what it was asked for. */
export function exitCodeOf(error: unknown): number {
  return error instanceof HostError ? (error.entry.exitCode ?? 3) : 3;
}

/** What was tried, what stopped it and the way out, on stderr. */
export function printReport(error: unknown): void {
  process.stderr.write(`${error instanceof HostError ? report(error) : inspect(error)}\n`);
}

/** What came from a worker is a whole report already. */
function report({ message, fix }: HostError): string {
  return message.includes('\nFix: ') ? message : `scorehost cannot start: ${message}\n\nFix: ${fix}`;
}
