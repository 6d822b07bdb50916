import type { NumericArray } from '../../../dtype.js';

/** Smaller feeds are not worth memory that can be taken back: it comes in pages. */
const OWN_BYTES_MIN = 16 * 1024;

/** Node 20 has it, the library of the compiler does not yet. */
interface ResizableArrayBuffer extends ArrayBuffer {
  resize(bytes: number): void;
}
const ResizableBuffer = ArrayBuffer as unknown as new (
  bytes: number,
  options: { maxByteLength: number },
) => ResizableArrayBuffer;

/**
 * What a run is fed, in memory that can be taken back.
 *
 * A SavedModel run that fails leaves its feeds behind for ever: the addon forgets to free them. A caller that sends
 * what the model cannot use would fill the memory of the worker. Memory that can be resized is used in place, as it
 * begins on a page; of other memory TensorFlow makes a copy itself, out of reach.
 */
export class FeedMemory {
  readonly #buffers: ResizableArrayBuffer[] = [];

  /** A copy, that nobody else writes to: a variable of the model may go on using the very bytes. */
  hold<A extends NumericArray>(elements: A): A {
    const { byteLength, length } = elements;
    if (byteLength < OWN_BYTES_MIN) return elements.slice() as A;
    const buffer = new ResizableBuffer(byteLength, { maxByteLength: byteLength });
    this.#buffers.push(buffer);
    const ArrayClass = elements.constructor as new (
      buffer: ArrayBuffer,
      offset: number,
      length: number,
    ) => NumericArray;
    const copy = new ArrayClass(buffer, 0, length) as A;
    copy.set(elements as never);
    return copy;
  }

  /** Once nothing reads it any more: what is left of it is an array without elements. */
  takeBack(): void {
    for (const buffer of this.#buffers) buffer.resize(0);
  }
}
