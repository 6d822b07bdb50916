import { inspect } from 'node:util';
import { DataFrame } from '../../../data-frame/data-frame.js';
import { isNumericType } from '../../../dtype.js';
import { asError } from '../../../errors.js';
import { JsonWriteError, writeJsonBytes } from '../../../schema/json/write.js';
import { Tensor } from '../../../tensor.js';
import { CollectKind } from '../frames.js';
import type { CollectedData } from '../messages.js';
import { type CallContext, currentCalls } from '../request-context.js';
import { partsOf } from './collected-calls.js';
import { currentOutbox, type Outbox } from './outbox.js';

/** What collected data is, by the names of the reference; any other name is a place of its own. */
export type Designation =
  | 'default'
  | 'inputs'
  | 'predictions'
  | 'labels'
  | 'signals'
  | 'general'
  | (string & Record<never, never>);

/** What a {@link ModelDataCollector} may be told besides. */
export interface CollectorOptions {
  /** Names of the columns. Default: those of a data frame, or the keys of objects; else they are counted from 0. */
  readonly featureNames?: readonly string[];
  /** Default: `default`. */
  readonly modelVersion?: string | number;
  /** Default: `SERVICE_NAME`, or `default`. */
  readonly webserviceName?: string;
  /** `subscription/resource group/workspace`. Default: `SCOREHOST_COLLECT_WORKSPACE`. */
  readonly workspace?: string;
  /** The name of the file, for the designations `signals` and `general`. */
  readonly collectionName?: string;
}

/** What each record has for itself. */
type CollectedHere = Pick<
  CollectedData,
  'atMs' | 'requestId' | 'clientRequestId' | 'correlationId' | 'features' | 'dataType' | 'tensor'
>;

/** The names that today's collectors have for what these designations hold. */
const COLLECTIONS: Readonly<Record<string, string>> = { inputs: 'model_inputs', predictions: 'model_outputs' };
/** These may have several files, by the name of the collection. */
const NAMED_FILES = new Set(['signals', 'general']);

/**
 * Collects what a model was given and what it said, for those who watch it: as CSV or as CloudEvents, in a folder or in
 * Azure Blob storage, where the operator has switched that on. Elsewhere it does nothing.
 *
 * Make it in `init()`, once for each model and designation, and call {@link collect} in `run()`.
 *
 * @example
 * ```ts
 * const inputs = new ModelDataCollector('diabetes', 'inputs', ['age', 'bmi']);
 * export const run = inputSchema('data', type)((data: Tensor) => {
 *   inputs.collect(data);
 *   …
 * });
 * ```
 */
export class ModelDataCollector {
  readonly #model: string;
  readonly #designation: string;
  readonly #collection: string;
  readonly #features: readonly string[] | undefined;
  /** JSON that the head of each record begins with. */
  readonly #head: string;
  #hasComplained = false;

  /**
   * @param modelName - Of the model that the data is of.
   * @param designation - What the data is. Default: `default`, which is `general`.
   * @param options - Names of the columns, or these and others.
   * @throws {TypeError} for a name that is no text, or empty.
   */
  constructor(
    modelName: string,
    designation: Designation = 'default',
    options: readonly string[] | CollectorOptions = {},
  ) {
    for (const [what, name] of Object.entries({ modelName, designation })) {
      if (typeof name === 'string' && name.trim() !== '') continue;
      throw new TypeError(`new ModelDataCollector(): ${what} must be a text that is not empty, got ${inspect(name)}.`);
    }
    this.#model = modelName;
    this.#designation = designation === 'default' ? 'general' : designation;
    const { featureNames, modelVersion, webserviceName, workspace, collectionName }: CollectorOptions = isNames(options)
      ? { featureNames: options }
      : { ...options };
    const file = NAMED_FILES.has(this.#designation) ? collectionName : undefined;
    this.#features = featureNames && [...featureNames];
    this.#collection = file ?? COLLECTIONS[this.#designation] ?? this.#designation;
    const head: Omit<CollectedData, keyof CollectedHere> = {
      kind: 'data',
      collection: this.#collection,
      designation: this.#designation,
      model: this.#model,
      modelVersion: modelVersion === undefined ? undefined : String(modelVersion),
      service: webserviceName,
      workspace,
      file,
    };
    this.#head = `${JSON.stringify(head).slice(0, -1)},`;
  }

  /**
   * Collects a value as it is now: it may be changed afterwards. It never throws, and nothing waits for what becomes of it.
   *
   * Inside `run()` the record bears the ids of the call. In a batched run, data with a row for each row of the batch
   * becomes a record for each call; other data is of none.
   *
   * @param data - A Tensor, a DataFrame, rows as arrays or as objects, or a plain value. Bytes are refused, with a line in
   *   the log: no images, no sound.
   * @param correlationId - By which this record is found from others. Default: the request id.
   */
  collect(data: unknown, correlationId?: string): void {
    const outbox = currentOutbox();
    if (outbox === undefined) return;
    const calls = currentCalls();
    try {
      const parts = calls.length > 1 ? partsOf(data, calls) : undefined;
      if (parts) for (const { call, take } of parts) this.#collectPart(outbox, take, call, correlationId);
      else this.#collectPart(outbox, () => data, calls.length > 1 ? undefined : calls[0], correlationId);
    } catch (error) {
      this.#refuse(outbox, asError(error), calls[0]);
    }
  }

  #collectPart(outbox: Outbox, take: () => unknown, call: CallContext | undefined, correlationId?: string): void {
    if (!outbox.wants(this.#collection, call?.requestId)) return;
    if (outbox.isHeld) return outbox.giveUp(CollectKind.full);
    const data = take();
    if (isBytes(data)) throw new JsonWriteError('bytes are not collected');
    const elements = elementsOf(data);
    const bytesMin = elements ? elements.bytes.length : leastBytesOf(data);
    if (bytesMin > outbox.rules.recordBytesMax) return outbox.giveUp(CollectKind.tooLarge);
    const own: CollectedHere = {
      atMs: Date.now(),
      requestId: call?.requestId,
      clientRequestId: call?.clientRequestId,
      correlationId,
      features: this.#features ?? (data instanceof DataFrame ? data.columns : undefined),
      dataType: typeName(data),
      tensor: elements?.tensor,
    };
    // Copied: user code may change them.
    const bytes = elements ? Buffer.from(elements.bytes) : writeJsonBytes(data);
    outbox.send(this.#head + JSON.stringify(own).slice(1), bytes);
  }

  /** What cannot be collected never can, most likely: the log says it once. */
  #refuse(outbox: Outbox, { message }: Error, call: CallContext | undefined): void {
    outbox.giveUp(CollectKind.unusable);
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    const what = `ModelDataCollector('${this.#model}', '${this.#designation}')`;
    outbox.log('warn', `${what}.collect(): this cannot be collected: ${message}. It is said once.`, call?.head);
  }
}

function isNames(options: readonly string[] | CollectorOptions): options is readonly string[] {
  return Array.isArray(options);
}

function isBytes(data: unknown): boolean {
  if (data instanceof Uint8Array || data instanceof ArrayBuffer) return true;
  return Object.prototype.toString.call(data) === '[object Blob]';
}

/** Of its JSON: each cell takes a digit and a comma. A large frame is not written for nothing. */
function leastBytesOf(data: unknown): number {
  return data instanceof DataFrame ? 2 * data.length * data.columns.length : 0;
}

/** The elements of a tensor of numbers, where they lie. */
function elementsOf(data: unknown): { readonly tensor: CollectedData['tensor']; readonly bytes: Buffer } | undefined {
  if (!(data instanceof Tensor)) return undefined;
  const { type, dims, size, data: elements } = data;
  if (!isNumericType(type) || !ArrayBuffer.isView(elements) || (elements as Float32Array).length !== size)
    return undefined;
  return { tensor: { type, dims }, bytes: Buffer.from(elements.buffer, elements.byteOffset, elements.byteLength) };
}

function typeName(data: unknown): string {
  if (data === null || typeof data !== 'object') return data === null ? 'null' : typeof data;
  if (data instanceof Tensor) return 'Tensor';
  return data.constructor?.name || 'Object';
}
