import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe } from 'vitest';
import { freePort } from './free-port.js';

/** `SCOREHOST_TEST_AZURITE` names a folder whose `node_modules` has `azurite` and `@azure/storage-blob`. */
export const { SCOREHOST_TEST_AZURITE: packageFolder = '' } = process.env;

/** As `describe()`, where the packages are; elsewhere what it describes is skipped, and its title says why. */
export const describeAzurite: (title: string, tests: () => void) => void =
  packageFolder === ''
    ? (title, tests) =>
        describe.skip(
          `${title} (skipped: SCOREHOST_TEST_AZURITE may name a folder with azurite and @azure/storage-blob)`,
          tests,
        )
    : describe;

/** What these tests use of `@azure/storage-blob`. */
interface ServiceClient {
  getContainerClient(name: string): {
    listBlobsFlat(): AsyncIterable<{ readonly name: string }>;
    getBlobClient(name: string): { downloadToBuffer(): Promise<Buffer> };
  };
}

/** The account that every Azurite has, with the key that its documentation tells everybody. */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** The blob service of Azurite, on a free port of loopback, which keeps its blobs in memory. */
export class Azurite {
  readonly #process: ChildProcess;
  readonly connectionString: string;

  private constructor(child: ChildProcess, port: number) {
    this.#process = child;
    const endpoint = `http://127.0.0.1:${port}/${ACCOUNT}`;
    this.connectionString = `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};BlobEndpoint=${endpoint};`;
  }

  static async start(): Promise<Azurite> {
    const port = await freePort();
    const main = join(packageFolder, 'node_modules/azurite/dist/src/blob/main.js');
    const options = ['--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry'];
    const child = spawn(process.execPath, [main, '--blobHost', '127.0.0.1', '--blobPort', String(port), ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      if (String(text).includes('successfully listens')) break;
    }
    child.stdout.resume();
    return new Azurite(child, port);
  }

  /** The blobs of a container by their names. */
  async blobs(container: string): Promise<Map<string, Buffer>> {
    const { BlobServiceClient } = createRequire(join(packageFolder, 'x.js'))('@azure/storage-blob') as {
      BlobServiceClient: { fromConnectionString(connection: string): ServiceClient };
    };
    const client = BlobServiceClient.fromConnectionString(this.connectionString).getContainerClient(container);
    const blobs = new Map<string, Buffer>();
    for await (const { name } of client.listBlobsFlat()) {
      blobs.set(name, await client.getBlobClient(name).downloadToBuffer());
    }
    return blobs;
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, 'exit');
  }
}
