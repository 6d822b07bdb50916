import { inspect } from 'node:util';
import { asError, HostError } from '../errors.js';

/** How a command ends that could not do what it was asked for. */
export function exitCodeOf(error: unknown): number {
  return error instanceof HostError ? (error.entry.exitCode ?? 3) : 3;
}

/**
 * What was tried, what stopped it and the way out, on stderr; and all of it once more in one last line.
 *
 * @param redact - Takes secrets out: user code may have thrown one.
 */
export function printReport(error: unknown, redact = (text: string) => text): void {
  process.stderr.write(redact(`${error instanceof HostError ? report(error) : inspect(error)}\n${lastLine(error)}`));
}

/** For whoever sees the end of a log alone: `docker logs --tail 1`, `kubectl describe pod`. Who mistypes a flag sees all. */
function lastLine(error: unknown): string {
  if (exitCodeOf(error) === 1) return '';
  const code = error instanceof HostError ? error.code : 'INTERNAL';
  const [headline = ''] = asError(error)
    .message.replace(/^scorehost cannot (?:start|go on): /, '')
    .split('\n');
  return `\nExit code ${exitCodeOf(error)}, ${code}: ${headline}\n`;
}

/** What came from a worker is a whole report already. */
function report({ message, fix }: HostError): string {
  return message.includes('\nFix: ') ? message : `scorehost cannot start: ${message}\n\nFix: ${fix}`;
}
