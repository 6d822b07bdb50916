/** Kept from one text to the next; a longer text has bytes of its own. */
const SPARE_BYTES = 65_536;
let spare: TextBytes | undefined;

/** From here on the encoder of Node is faster than a loop. */
const SHORT = 24;

/**
 * Text that grows behind what is there: by strings, or by bytes that are written into `view` from `room()` on.
 *
 * Strings are gathered: nothing is encoded before bytes or the end come.
 */
export class TextBytes {
  /** Over the bytes; another one after each `room()`. */
  view: DataView;
  #bytes: Buffer;
  #used = 0;
  #gathered = '';

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.view = viewOf(bytes);
  }

  /** What `write` adds, in UTF-8. It may come to this function again before it ends. */
  static of(write: (out: TextBytes) => void): Buffer {
    const out = spare ?? new TextBytes(Buffer.allocUnsafeSlow(SPARE_BYTES));
    spare = undefined;
    try {
      write(out);
      return out.#taken();
    } finally {
      out.#used = 0;
      out.#gathered = '';
      if (out.#bytes.length === SPARE_BYTES) spare = out;
    }
  }

  /** Adds text without lone surrogates. */
  add(text: string): void {
    this.#gathered += text;
  }

  addByte(byte: number): void {
    const at = this.room(1);
    this.#bytes[at] = byte;
    this.#used = at + 1;
  }

  /** Takes back the last byte that was added. */
  dropLast(): void {
    this.#used = this.room(0) - 1;
  }

  /** Sees to so many more bytes, and says from where on they may be written. What is written is told to `wrote()`. */
  room(size: number): number {
    if (this.#gathered !== '') this.#encodeGathered();
    this.#grow(size);
    return this.#used;
  }

  /** Where what was written into `view` ends. */
  wrote(end: number): void {
    this.#used = end;
  }

  #encodeGathered(): void {
    const text = this.#gathered;
    this.#gathered = '';
    this.#grow(text.length * 3);
    if (text.length <= SHORT && this.#encodeShort(text)) return;
    this.#used += this.#bytes.write(text, this.#used);
  }

  /** @returns false where it is not ASCII. */
  #encodeShort(text: string): boolean {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return false;
      this.#bytes[this.#used + i] = code;
    }
    this.#used += text.length;
    return true;
  }

  #grow(size: number): void {
    const needed = this.#used + size;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#used);
    this.#bytes = grown;
    this.view = viewOf(grown);
  }

  #taken(): Buffer {
    if (this.#used === 0) return Buffer.from(this.#gathered);
    if (this.#gathered !== '') this.#encodeGathered();
    const text = this.#bytes.subarray(0, this.#used);
    return this.#bytes.length === SPARE_BYTES ? Buffer.from(text) : text;
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
