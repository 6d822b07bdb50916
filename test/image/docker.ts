import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the tests start bears it, so that nothing is left behind. */
export const LABEL = 'scorehost-test';

const START_MS_MAX = 30_000;

/** Runs a command of docker's. @returns what it wrote to stdout. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', [...args], { maxBuffer: 64 * 2 ** 20 });
  return stdout.trim();
}

/** @param options - Beyond the tag and the folder that is built. */
export async function build(tag: string, folder: string, ...options: readonly string[]): Promise<void> {
  // Through the network of this machine: a build may need its way to the registries.
  await docker('build', '--quiet', '--network', 'host', '--label', LABEL, '--tag', tag, ...options, folder);
}

/** What is run. */
export interface ContainerOptions {
  readonly image: string;
  /** Of `docker run`. */
  readonly options?: readonly string[];
  /** What stands behind the image: ENTRY and flags of `scorehost serve`. */
  readonly args?: readonly string[];
}

/** A container, from `docker run` to `remove()`. */
export class Container {
  readonly id: string;
  /** The port of this machine that leads to 5001 in the container. */
  port = 0;

  private constructor(id: string) {
    this.id = id;
  }

  /** Starts one, and waits until it is ready. */
  static async start(options: ContainerOptions): Promise<Container> {
    const container = await Container.startUnready({
      ...options,
      options: ['-p', '127.0.0.1::5001', ...(options.options ?? [])],
    });
    const [, port] = /:(\d+)$/m.exec(await docker('port', container.id, '5001/tcp')) ?? [];
    container.port = Number(port);
    try {
      await container.#untilReady();
    } catch (error) {
      await container.remove();
      throw error;
    }
    return container;
  }

  /** Starts one that is expected to end by itself. */
  static async runToEnd(options: ContainerOptions): Promise<{ readonly code: number; readonly logs: string }> {
    const container = await Container.startUnready(options);
    try {
      return { code: Number(await docker('wait', container.id)), logs: await container.logs() };
    } finally {
      await container.remove();
    }
  }

  /** Starts one, and waits for nothing. */
  static async startUnready({ image, options = [], args = [] }: ContainerOptions): Promise<Container> {
    return new Container(await docker('run', '--detach', '--label', LABEL, ...options, image, ...args));
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, init);
  }

  score(body: string | Buffer, contentType = 'application/json'): Promise<Response> {
    // A connection that is kept open would be waited for when the container is stopped.
    const headers = { 'content-type': contentType, connection: 'close' };
    return this.fetch('/score', { method: 'POST', body, headers });
  }

  /** What it has written to stdout and stderr, in this order for each moment. */
  async logs(): Promise<string> {
    const { stdout } = await run('sh', ['-c', 'exec docker logs "$0" 2>&1', this.id]);
    return stdout;
  }

  async exec(...command: readonly string[]): Promise<string> {
    return docker('exec', this.id, ...command);
  }

  /** `docker stop`: SIGTERM, and SIGKILL 20 s later. @returns its exit code. */
  async stop(): Promise<number> {
    await docker('stop', '--time', '20', this.id);
    return Number(await docker('inspect', '--format', '{{.State.ExitCode}}', this.id));
  }

  async isRunning(): Promise<boolean> {
    return (await docker('inspect', '--format', '{{.State.Running}}', this.id)) === 'true';
  }

  async remove(): Promise<void> {
    await docker('rm', '--force', '--volumes', this.id);
  }

  async untilLog(pattern: RegExp): Promise<void> {
    await this.#until(async () => pattern.test(await this.logs()));
  }

  async #untilReady(): Promise<void> {
    // On connections of their own, which a load that follows must not find; and again where one was lost on its way: Docker
    // takes connections before the container can.
    const asked = () =>
      this.fetch('/health/ready', { headers: { connection: 'close' }, signal: AbortSignal.timeout(1_000) });
    await this.#until(() =>
      asked().then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  }

  async #until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + START_MS_MAX;
    while (!(await condition())) {
      if (Date.now() > deadline || !(await this.isRunning()))
        throw new Error(`the container did not get there:\n${await this.logs()}`);
      await sleep(20);
    }
  }
}
