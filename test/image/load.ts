import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inject } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';
import { Container, docker } from './docker.js';

/** What became of the calls of a load. */
export interface LoadEnd {
  readonly statuses: readonly number[];
  readonly lost: readonly string[];
  readonly refused: number;
}

/**
 * A load on a container's own loopback, from a container beside it. Not through a published port: the proxy behind that takes
 * connections also when nobody listens any more, and who calls sees them closed without an answer.
 */
export class LoadBeside {
  readonly #container: Container;

  private constructor(container: Container) {
    this.#container = container;
  }

  /** Resolves when every connection is busy. @param request - Its bytes, head and body. */
  static async start(host: Container, connections: number, request: Uint8Array): Promise<LoadBeside> {
    const folder = temporaryFolder({ request });
    await build({
      entryPoints: [fileURLToPath(new URL('./load-main.ts', import.meta.url))],
      outfile: join(folder, 'load.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    const container = await Container.startUnready({
      image: inject('image'),
      options: ['--network', `container:${host.id}`, '--volume', `${folder}:/load:ro`, '--entrypoint', 'node'],
      args: ['/load/load.mjs', '/load/request', String(connections)],
    });
    await container.untilLog(/^busy$/m);
    return new LoadBeside(container);
  }

  async end(): Promise<LoadEnd> {
    await docker('wait', this.#container.id);
    const [, result] = (await this.#container.logs()).split('busy\n');
    await this.#container.remove();
    return JSON.parse(result as string) as LoadEnd;
  }
}
