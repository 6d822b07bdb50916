import { createServer, type Server } from 'node:https';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe } from 'vitest';
import { Authority, createPair } from './certificates.js';
import { temporaryFolder } from './temporary-folder.js';

/** `SCOREHOST_TEST_AZURE` names a folder whose `node_modules` has `@azure/monitor-opentelemetry`. */
export const azureFolder = process.env.SCOREHOST_TEST_AZURE ?? '';

/** As `describe()`, where the package is there; elsewhere what it describes is skipped, and its title says why. */
export const describeAppInsights: (title: string, tests: () => void) => void = isInstalled()
  ? describe
  : (title, tests) =>
      describe.skip(`${title} (skipped: SCOREHOST_TEST_AZURE names no folder that has the package)`, tests);

function isInstalled(): boolean {
  try {
    return Boolean(createRequire(join(azureFolder, 'x.js')).resolve('@azure/monitor-opentelemetry/package.json'));
  } catch {
    return false;
  }
}

/** An entry as Application Insights gets it. */
export interface Envelope {
  readonly name: string;
  readonly iKey: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly data: {
    readonly baseType: string;
    readonly baseData: Readonly<Record<string, unknown>> & {
      readonly properties?: Readonly<Record<string, string>>;
    };
  };
}

export const INSTRUMENTATION_KEY = '11111111-2222-3333-4444-555555555555';

/** Takes what is sent to Application Insights, by HTTPS as that does. End it with `stop()`. */
export class AppInsightsStandIn {
  readonly #server: Server;
  readonly envelopes: Envelope[] = [];
  /** Of who has signed its certificate, for `NODE_EXTRA_CA_CERTS`. */
  readonly certificatePath: string;

  private constructor() {
    const issuer = new Authority('issuer');
    this.certificatePath = join(temporaryFolder({ 'issuer.pem': issuer.cert }), 'issuer.pem');
    this.#server = createServer(createPair({ issuer }), async (req, res) => {
      const bytes = await buffer(req);
      const body = (req.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
      const entries = body.startsWith('[') ? (JSON.parse(body) as Envelope[]) : linesOf(body);
      if (req.url === '/v2.1/track') this.envelopes.push(...entries);
      const answer = { itemsReceived: entries.length, itemsAccepted: entries.length, errors: [] };
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  }

  static async start(): Promise<AppInsightsStandIn> {
    const standIn = new AppInsightsStandIn();
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get connectionString(): string {
    return `InstrumentationKey=${INSTRUMENTATION_KEY};IngestionEndpoint=${this.url}/;LiveEndpoint=${this.url}/live/`;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Waits for an entry of this type. */
  async entry(baseType: string, matches: (envelope: Envelope) => boolean): Promise<Envelope> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = this.envelopes.find((envelope) => envelope.data.baseType === baseType && matches(envelope));
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`no such ${baseType} among ${this.envelopes.length} entries`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function linesOf(body: string): Envelope[] {
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Envelope);
}
