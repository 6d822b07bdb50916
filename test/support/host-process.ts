import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get as httpsGet } from 'node:https';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface HostOptions {
  /** File or folder of the entry module, absolute. */
  readonly entry?: string;
  readonly args?: readonly string[];
  /** On top of a clean environment: nothing of the machine's settings reaches the host. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Wait until /health/ready answers 200. Default: true. */
  readonly untilReady?: boolean;
  /** A file descriptor to write the log to, which then cannot be read here. */
  readonly stdout?: number;
}

/** How a host process ended. */
export interface HostExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** … and what it wrote. */
export interface HostEnd extends HostExit {
  /** stdout and stderr, as they came. */
  readonly output: string;
  /** stderr alone. */
  readonly errors: string;
}

/** A real host, `node dist/…`, on a free port of loopback. End it with `stop()`, in `afterAll` at the latest. */
export class HostProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<HostExit>;
  #output = '';
  #errors = '';
  port = 0;
  scheme = 'http';

  private constructor({ entry, args = [], env = {}, cwd, stdout }: HostOptions, port = 0) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(process.execPath, [MAIN, 'serve', ...(entry ? [entry] : []), '--port', String(port), ...args], {
      env: { PATH, HOME, SCOREHOST_LOG_FORMAT: 'json', ...env },
      ...(cwd ? { cwd } : {}),
      stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    this.child.stderr?.on('data', (text: string) => (this.#errors += text));
    this.exited = once(this.child, 'exit').then(([code, signal]) => ({ code, signal }) as HostExit);
  }

  /** Starts a host and waits for its port, and unless told otherwise until it is ready. */
  static async start(options: HostOptions): Promise<HostProcess> {
    if (options.stdout !== undefined) return HostProcess.#startUnheard(options);
    const host = new HostProcess(options);
    const listening = () => /listening on (https?):\/\/[^"\s]+:(\d+)/.exec(host.output);
    await host.#until(listening);
    const [, scheme = '', port] = listening() ?? [];
    Object.assign(host, { scheme, port: Number(port) });
    if (options.untilReady !== false) await host.#until(() => host.isReady());
    return host;
  }

  /** Without its log, the port must be known beforehand. */
  static async #startUnheard(options: HostOptions): Promise<HostProcess> {
    const port = await freePort();
    const host = new HostProcess(options, port);
    host.port = port;
    await host.#until(() => host.isReady().catch(() => false));
    return host;
  }

  /** Starts a host that is expected to end by itself. */
  static async runToEnd(options: HostOptions): Promise<HostEnd> {
    const host = new HostProcess(options);
    await once(host.child, 'close'); // the pipes are read behind the exit
    return { ...(await host.exited), output: host.output, errors: host.#errors };
  }

  /** stdout and stderr so far. */
  get output(): string {
    return this.#output;
  }

  /** The JSON log lines so far. */
  get logs(): Record<string, unknown>[] {
    return this.#output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  get url(): string {
    return `${this.scheme}://127.0.0.1:${this.port}`;
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.url + path, init);
  }

  /** Asks on a connection of its own, so that none is left open. */
  async isReady(): Promise<boolean> {
    if (this.scheme === 'https') return this.#isReadyByTls();
    const asked = this.fetch('/health/ready', { headers: { connection: 'close' } });
    return asked.then(
      ({ ok }) => ok,
      () => false,
    ); // a host that has ended tells more by its output
  }

  /** `fetch` cannot be told to take a certificate of nobody it knows. */
  #isReadyByTls(): Promise<boolean> {
    return new Promise((resolve) => {
      httpsGet(`${this.url}/health/ready`, { agent: false, rejectUnauthorized: false }, (reply) => {
        resolve(reply.resume().statusCode === 200);
      }).on('error', () => resolve(false));
    });
  }

  /** POST /score with a text body. */
  score(body: string, headers: Record<string, string> = { 'content-type': 'application/json' }): Promise<Response> {
    return this.fetch('/score', { method: 'POST', body, headers });
  }

  /** Waits until a log line or output matches. */
  async untilOutput(pattern: RegExp): Promise<void> {
    await this.#until(() => pattern.test(this.output));
  }

  /** Waits for a log line, which may come behind the reply that it tells of. */
  async untilLog(matches: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    await this.#until(() => this.logs.some(matches));
    return this.logs.find(matches) as Record<string, unknown>;
  }

  async stop(): Promise<HostExit> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    return this.exited;
  }

  async #until(condition: () => unknown): Promise<void> {
    const deadline = Date.now() + 15_000;
    let ended = false;
    void this.exited.then(() => (ended = true));
    while (!(await condition())) {
      if (ended) throw new Error(`the host ended:\n${this.output}`);
      if (Date.now() > deadline) {
        await this.stop(); // whoever waits for it in vain has no hold of it yet
        throw new Error(`the host did not get there:\n${this.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Whether a process runs; one that has ended and waits to be reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
