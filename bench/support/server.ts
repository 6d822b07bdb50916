import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Request } from './load/load.js';

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 10_000;
const OUTPUT_CHARACTERS_MAX = 4_000;

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** On top of a clean environment: nothing of the machine's settings reaches a server. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A server in a process of its own, and what it has started. End it with `stop()`. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #output = '';

  constructor({ program, args, env = {}, cwd }: Command) {
    const { PATH = '', HOME = '' } = process.env;
    // stdout goes to /dev/null, as logs go to a collector: nobody here has the time to read them.
    this.#child = spawn(program, args, {
      // onnxruntime reports to its maker unless it is told not to; the host tells it.
      env: { PATH, HOME, ORT_DISABLE_TELEMETRY: '1', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true, // a process group of its own, which ends as a whole
      ...(cwd ? { cwd } : {}),
    });
    this.#exited = once(this.#child, 'exit');
    this.#exited.catch(() => {}); // it could not be started, which untilAnswers() tells
    this.#child.on('error', (error) => (this.#output += error.message));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-OUTPUT_CHARACTERS_MAX);
    });
    process.once('exit', this.#kill);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /**
   * The text of its first answer that is a 200.
   *
   * @throws {Error} if there is none within a minute, with what the server wrote to stderr.
   */
  async untilAnswers({ port, path, type, body }: Request): Promise<string> {
    const deadline = Date.now() + START_MS_MAX;
    for (;;) {
      if (!this.#isRunning) throw new Error(`the server ended:\n${this.#output}`);
      const init = { method: 'POST', headers: { 'content-type': type, connection: 'close' }, body };
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init).catch(() => undefined);
      const text = await response?.text();
      if (response?.status === 200) return text as string;
      if (Date.now() > deadline) throw new Error(`no answer, ${response?.status} ${text} at last:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    if (this.#isRunning) {
      this.#child.kill('SIGTERM');
      await Promise.race([this.#exited, new Promise((resolve) => setTimeout(resolve, STOP_MS_MAX).unref())]);
    }
    this.#kill();
    process.off('exit', this.#kill);
  }

  get #isRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Whatever is left of the group. */
  readonly #kill = (): void => {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // nothing is
    }
  };
}

// Servers have process groups of their own: Ctrl-C reaches only us, and a signal that ends us would leave them behind.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => process.exit(code));
}
