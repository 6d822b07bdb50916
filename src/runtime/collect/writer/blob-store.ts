import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { asError } from '../../../errors.js';
import type { SinkPlan } from '../collect-plan.js';
import { connectionSecrets } from '../connection-secrets.js';
import type { AppendBlobClient, BlobProperties, ContainerClient, RestError, StoragePackage } from './blob-client.js';
import { fileName, type Place } from './place.js';
import { FILES_MAX, KnownFiles, type Store, tooManyFiles } from './store.js';

type BlobPlan = Extract<SinkPlan, { kind: 'blob' }>;

/** Azure lets an append blob have 50,000: some are left for others that write to it. */
const BLOCKS_MAX = 49_000;
/** A request that has no answer by then has failed. */
const REQUEST_MS_MAX = 30_000;
/** Waits before what the account has refused for now is sent again. */
const RETRY_MS = [500, 2_000] as const;
/** The account has no time, or is not reached: nothing has been appended. */
const RETRIED_STATUSES = new Set([429, 500, 503]);
const RETRIED_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

const require = createRequire(import.meta.url);

interface KnownBlob {
  readonly number: number;
  readonly client: AppendBlobClient;
  readonly blocks: number;
}

/** Append blobs in a container. A block is never sent again where it may have been appended: better lost than twice. */
export class BlobStore implements Store {
  readonly #plan: BlobPlan;
  readonly #known = new KnownFiles<KnownBlob>();
  #container: Promise<ContainerClient> | undefined;
  #secrets: readonly string[] = [];

  constructor(plan: BlobPlan) {
    this.#plan = plan;
  }

  async open(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      throw new Error(this.#messageOf(error));
    }
  }

  async append(place: Place, lines: Buffer): Promise<void> {
    try {
      await this.#append(place, lines);
    } catch (error) {
      this.#known.delete(place);
      if (isDenied(error)) this.#container = undefined; // the key may have changed
      throw new Error(this.#messageOf(error));
    }
  }

  async #append(place: Place, lines: Buffer): Promise<void> {
    const container = await this.#connect();
    for (let number = this.#known.get(place)?.number ?? 0; number < FILES_MAX; number++) {
      const blob = await this.#find(container, place, number);
      if (blob === undefined || blob.blocks >= BLOCKS_MAX) continue;
      try {
        const { blobCommittedBlockCount } = await patiently((options) =>
          blob.client.appendBlock(lines, lines.length, options),
        );
        this.#known.set(place, { ...blob, blocks: blobCommittedBlockCount ?? blob.blocks + 1 });
        return;
      } catch (error) {
        if ((error as RestError).code !== 'BlockCountExceedsLimit') throw error;
      }
    }
    throw tooManyFiles(place);
  }

  /** @returns undefined for a blob that is not for lines of this place. */
  async #find(container: ContainerClient, place: Place, number: number): Promise<KnownBlob | undefined> {
    const known = this.#known.get(place);
    if (known?.number === number) return known;
    const client = container.getAppendBlobClient(fileName(place, number));
    if (
      await succeeds('BlobAlreadyExists', (options) => client.create({ ...options, conditions: { ifNoneMatch: '*' } }))
    ) {
      return this.#begun(place, number, client);
    }
    const properties = await patiently((options) => client.getProperties(options));
    if (properties.contentLength === 0) return this.#begun(place, number, client);
    if (!(await isFor(client, properties, place))) return undefined;
    return { number, client, blocks: properties.blobCommittedBlockCount ?? 0 };
  }

  /** One of the hosts that write to it begins an empty blob. */
  async #begun(place: Place, number: number, client: AppendBlobClient): Promise<KnownBlob | undefined> {
    const header = Buffer.from(place.header);
    if (header.length === 0) return { number, client, blocks: 0 };
    const isBegun = await succeeds('AppendPositionConditionNotMet', (options) =>
      client.appendBlock(header, header.length, { ...options, conditions: { appendPosition: 0 } }),
    );
    if (isBegun) return { number, client, blocks: 1 };
    const properties = await patiently((options) => client.getProperties(options));
    const isOurs = await isFor(client, properties, place);
    return isOurs ? { number, client, blocks: properties.blobCommittedBlockCount ?? 1 } : undefined;
  }

  #connect(): Promise<ContainerClient> {
    this.#container ??= this.#open().catch((error) => {
      this.#container = undefined;
      throw error;
    });
    return this.#container;
  }

  async #open(): Promise<ContainerClient> {
    const { packagePath, container, connectionFile, connectionString } = this.#plan;
    const { BlobServiceClient } = require(packagePath) as StoragePackage;
    const connection = connectionFile === '' ? connectionString : (await readFile(connectionFile, 'utf8')).trim();
    this.#secrets = connectionSecrets(connection);
    // A second try of the package's own could append a second time.
    const service = BlobServiceClient.fromConnectionString(connection, { retryOptions: { maxTries: 1 } });
    const client = service.getContainerClient(container);
    try {
      await patiently((options) => client.createIfNotExists(options));
    } catch (error) {
      // Who may write blobs need not be allowed to make containers.
      if (!isDenied(error)) throw error;
    }
    return client;
  }

  /** In one line, and without what opens the account. */
  #messageOf(error: unknown): string {
    const { message, statusCode, code } = asError(error) as RestError;
    const [line = ''] = message.trim().split('\n');
    const known = [statusCode, code].filter((part) => part !== undefined && !line.includes(String(part)));
    const text = `Azure Blob storage: ${[line, ...known].join(', ')}`;
    return this.#secrets.reduce((shown, secret) => shown.replaceAll(secret, '…'), text);
  }
}

type Request<T> = (options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/** Asks again where the account has certainly done nothing. */
async function patiently<T>(request: Request<T>): Promise<T> {
  for (const waitMs of RETRY_MS) {
    try {
      return await once(request);
    } catch (error) {
      if (!isForNow(error as RestError)) throw error;
      await sleep(waitMs);
    }
  }
  return once(request);
}

async function once<T>(request: Request<T>): Promise<T> {
  const abortSignal = AbortSignal.timeout(REQUEST_MS_MAX);
  try {
    return await request({ abortSignal });
  } catch (error) {
    if (abortSignal.aborted) throw new Error(`no answer within ${REQUEST_MS_MAX} ms`);
    throw error;
  }
}

/** @returns false where the account says this, which is no failure. */
async function succeeds(otherwise: string, request: Request<unknown>): Promise<boolean> {
  try {
    await patiently(request);
    return true;
  } catch (error) {
    if ((error as RestError).code === otherwise) return false;
    throw error;
  }
}

function isForNow({ statusCode, code }: RestError): boolean {
  return RETRIED_STATUSES.has(statusCode ?? 0) || RETRIED_CODES.has(code ?? '');
}

function isDenied(error: unknown): boolean {
  const { statusCode } = error as RestError;
  return statusCode === 401 || statusCode === 403;
}

async function isFor(client: AppendBlobClient, properties: BlobProperties, { header }: Place): Promise<boolean> {
  const { contentLength = 0, blobType } = properties;
  const expected = Buffer.from(header);
  if (blobType !== 'AppendBlob' || contentLength < expected.length) return false;
  if (expected.length === 0) return true;
  const start = await patiently((options) => client.downloadToBuffer(0, expected.length, options));
  return start.equals(expected);
}
