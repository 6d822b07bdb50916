import type { ColumnValues } from '../../data-frame/column.js';
import { BatchReader, type Budget, type Dictionaries, newBudget } from './batch-reader.js';
import { ArrowError, FlatTable } from './flat-table.js';
import { type ArrowField, readBatchHeader, readSchema } from './metadata.js';

/** A schema, and what was made of each batch. */
export interface ArrowStream<T> {
  readonly fields: readonly ArrowField[];
  readonly batches: readonly T[];
}

interface Message {
  readonly kind: number;
  readonly header: FlatTable;
  readonly body: Buffer;
}

const CONTINUATION = -1;
/** The numbers of the messages in Message.fbs. */
const SCHEMA = 1;
const DICTIONARY_BATCH = 2;
const RECORD_BATCH = 3;
/** Metadata of Arrow 0.8 and after. */
const VERSION_MIN = 3;

/**
 * Reads an IPC stream: a schema, then batches, with the dictionaries they need before them.
 *
 * @param readBatch - Makes of one batch what is kept of it.
 * @throws {ArrowError} for everything else, bytes behind its end included.
 * @see https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 */
export function readStream<T>(
  bytes: Buffer,
  readBatch: (reader: BatchReader, fields: readonly ArrowField[], rows: number) => T,
): ArrowStream<T> {
  let fields: readonly ArrowField[] | undefined;
  const batches: T[] = [];
  const encoded = new Map<number, ArrowField>();
  const dictionaries = new Map<number, ColumnValues>();
  const budget = newBudget(bytes.length);
  for (const { kind, header, body } of messages(bytes)) {
    if (kind === SCHEMA && fields === undefined) {
      fields = readSchema(header);
      noteDictionaries(fields, encoded);
    } else if (fields === undefined) throw new ArrowError('it does not start with a schema');
    else if (kind === DICTIONARY_BATCH) readDictionary(header, body, encoded, dictionaries, budget);
    else if (kind === RECORD_BATCH) {
      const batch = readBatchHeader(header);
      if (batch.length < 0) throw new ArrowError(`a batch has ${batch.length} rows`);
      batches.push(readBatch(new BatchReader(batch, body, dictionaries, budget), fields, batch.length));
    } else throw new ArrowError('it has a message that is neither a batch nor a dictionary');
  }
  if (fields === undefined) throw new ArrowError('it has no schema');
  return { fields, batches };
}

function* messages(bytes: Buffer): Generator<Message> {
  if (bytes.subarray(0, 6).equals(Buffer.from('ARROW1'))) {
    throw new ArrowError('it is an Arrow file: write it as a stream');
  }
  let at = 0;
  // The end is marked, or it is where the bytes end.
  while (at < bytes.length) {
    if (at + 8 > bytes.length) throw new ArrowError('it ends within a message');
    if (bytes.readInt32LE(at) !== CONTINUATION) throw new ArrowError('a message does not start with ff ff ff ff');
    const metadataBytes = bytes.readInt32LE(at + 4);
    at += 8;
    if (metadataBytes === 0) break;
    if (metadataBytes < 0 || at + metadataBytes > bytes.length) throw new ArrowError('it ends within a message');
    const message = FlatTable.root(bytes.subarray(at, at + metadataBytes));
    at += metadataBytes;
    const bodyBytes = message.long(3);
    if (bodyBytes < 0 || at + bodyBytes > bytes.length) throw new ArrowError('it ends within the body of a message');
    if (message.short(0) < VERSION_MIN) throw new ArrowError('it is of a version of Arrow before 0.8');
    const header = message.table(2);
    if (header === undefined) throw new ArrowError('a message has no header');
    yield { kind: message.byte(1), header, body: bytes.subarray(at, at + bodyBytes) };
    at += bodyBytes;
  }
  if (at < bytes.length) throw new ArrowError(`it has ${bytes.length - at} bytes behind its end`);
}

function readDictionary(
  header: FlatTable,
  body: Buffer,
  encoded: ReadonlyMap<number, ArrowField>,
  dictionaries: Map<number, ColumnValues>,
  budget: Budget,
): void {
  const id = header.long(0);
  const field = encoded.get(id);
  const data = header.table(1);
  if (field === undefined || data === undefined) throw new ArrowError(`the dictionary ${id} belongs to no field`);
  const { dictionary: _, ...elements } = field;
  const batch = readBatchHeader(data);
  const values = new BatchReader(batch, body, dictionaries as Dictionaries, budget).values(elements);
  const before = dictionaries.get(id);
  const isDelta = header.byte(2) !== 0;
  dictionaries.set(id, isDelta && before ? joined(before, values, budget) : values);
}

function joined(before: ColumnValues, more: ColumnValues, budget: Budget): ColumnValues {
  budget.plainValuesLeft -= before.length;
  if (budget.plainValuesLeft < 0) throw new ArrowError('its dictionaries grow too often');
  return [...before, ...more];
}

/** The fields whose elements are in a dictionary, by its id: those of one dictionary are of one type. */
function noteDictionaries(fields: readonly ArrowField[], encoded: Map<number, ArrowField>): void {
  for (const field of fields) {
    if (field.dictionary) encoded.set(field.dictionary.id, field);
    noteDictionaries(field.children, encoded);
  }
}
