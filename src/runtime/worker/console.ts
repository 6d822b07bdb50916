import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { LogLevel } from './messages.js';
import { currentCall, type LogSink } from './request-context.js';

/** Makes `console.*` of user code write log lines, which carry the ids of the call they were written in. */
export function redirectConsole(sink: LogSink): void {
  const at = (level: LogLevel): Console => {
    const stream = new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        sink(level, text.replace(/\n$/, ''), currentCall());
        done();
      },
    });
    return new Console({ stdout: stream, stderr: stream, colorMode: false });
  };
  const [debug, info, warn, error] = [at('debug'), at('info'), at('warn'), at('error')];
  // One Console per level, so that groups, counters and timers of `info` keep their state.
  Object.assign(console, info, {
    debug: debug.debug,
    warn: warn.warn,
    error: error.error,
    trace: error.trace,
    assert: error.assert,
  });
}
