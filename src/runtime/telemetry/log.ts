import { setTimeout as sleep } from 'node:timers/promises';
import { destination, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogConfig } from '../config/settings.js';
import { Secrets } from './secrets.js';

/** The host's logger: pino's, whose first argument is an object of fields. */
export type Log = Logger;

const levels: Readonly<Record<LogConfig['level'], string>> = {
  debug: 'debug',
  info: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
};

/** Log lines that wait for a reader that does not read; what comes on top is dropped, the front never waits for it. */
const PENDING_BYTES_MAX = 8 * 1024 * 1024;

/** How long the end of the process waits for a reader of its last lines. */
const CLOSE_MS_MAX = 1_000;

/** A logger, and the stream it writes to. */
export interface LogOutput {
  readonly log: Log;
  /** What no line may tell. */
  readonly secrets: Secrets;
  /** Writes text as it is, in order with the lines. */
  readonly print: (text: string) => void;
  /** Writes what is still waiting, if anyone reads it: before the process ends. */
  readonly close: () => Promise<void>;
}

/** A logger on stdout. Writing never blocks the front, and never ends it: a full disk costs lines, not calls. */
export function createLog({ level, format }: LogConfig): LogOutput {
  const stdout = destination({ fd: 1, sync: false, maxLength: PENDING_BYTES_MAX });
  stdout.on('error', () => {});
  const secrets = new Secrets();
  const print = (text: string) => void stdout.write(secrets.redact(text));
  const options = {
    level: levels[level],
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const log = pino(options, { write: format === 'json' ? print : (line) => print(textLine(line)) });
  // Not `flushSync`: it tries for ever where the disk is full, and the process would never end.
  const close = async () => {
    log.level = 'silent'; // a worker that ends meanwhile has more to say, and a stream that is closed throws
    const closed = new Promise<void>((resolve) => stdout.once('close', resolve).once('error', resolve));
    stdout.end();
    await Promise.race([closed, sleep(CLOSE_MS_MAX)]);
    stdout.destroy(); // or pino would call `flushSync` once more when the process ends
  };
  return { log, secrets, close, print };
}

/** What the message of an access line says already. */
const IN_MESSAGE = new Set(['method', 'path', 'status', 'ms', 'bytes']);

/** A line of pino's as a person reads it: time, level, message, and the other fields behind it. */
function textLine(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields)
    .filter(([name]) => !IN_MESSAGE.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const clock = String(time).slice(11, 23);
  return `${clock} ${String(level).toUpperCase().padEnd(5)} ${printable(String(msg ?? ''))}${printable(rest.join(''))}\n`;
}

/** Control characters of a caller's text must not move a terminal's cursor; the line ends of reports stay. */
function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
