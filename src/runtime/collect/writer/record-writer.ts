import { join } from 'node:path';
import { asError } from '../../../errors.js';
import { decodeRecord } from '../../worker/frames.js';
import { type CollectHead, decodeMessage } from '../../worker/messages.js';
import type { WriterPlan } from '../collect-plan.js';
import type { WriterAck } from '../writer-frames.js';
import { BlobStore } from './blob-store.js';
import { cloudEventLine } from './cloud-event.js';
import { csvLines } from './csv.js';
import { FolderStore } from './folder-store.js';
import { pathPart, placeName } from './place.js';
import { RecordFiles } from './record-files.js';
import type { Store } from './store.js';

/** Lines may have so many times the bytes of the records that they are made of. */
const LINES_OF_RECORDS = 4;

/** Turns records into lines of files. */
export class RecordWriter {
  readonly #plan: WriterPlan;
  readonly #onAck: (ack: WriterAck) => void;
  readonly #files: RecordFiles;

  constructor(plan: WriterPlan, onAck: (ack: WriterAck) => void, store: Store = storeOf(plan)) {
    this.#plan = plan;
    this.#onAck = onAck;
    this.#files = new RecordFiles(store, onAck, LINES_OF_RECORDS * plan.bufferBytesMax);
    store.open().catch((error) => {
      onAck({ bytes: 0, written: 0, failed: 0, unusable: 0, problem: asError(error).message });
    });
  }

  /** @param payload - Of a `collect` frame. Whatever is wrong with it, it is only counted: it may come from user code. */
  add(payload: Buffer): void {
    const { format, names } = this.#plan;
    try {
      const { head: headBytes, data } = decodeRecord(payload);
      const head = decodeMessage<CollectHead>(headBytes);
      const name = placeName(head, format, names);
      const { header, lines } =
        format === 'csv' ? csvLines(head, data, names) : { header: '', lines: cloudEventLine(head, data, names) };
      this.#files.add({ name, ending: format === 'csv' ? '.csv' : '.jsonl', header }, lines, payload.length);
    } catch (error) {
      this.#onAck({ bytes: payload.length, written: 0, failed: 0, unusable: 1, problem: asError(error).message });
    }
  }

  /** Resolves when all that is there has been written, or could not be. */
  end(): Promise<void> {
    return this.#files.end();
  }
}

function storeOf({ sink, format }: WriterPlan): Store {
  if (sink.kind === 'blob') return new BlobStore(sink);
  // In the layout of v1 the container is the first folder.
  return new FolderStore(format === 'csv' ? join(sink.folder, pathPart(sink.container)) : sink.folder);
}
