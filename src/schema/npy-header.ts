/** The header of an `.npy` file: a Python dict literal of three entries, of which this reads no more than it must. */
export interface NpyHeader {
  /** NumPy's name of the element type, `<f4`. */
  readonly descr: string;
  /** Whether the first axis, not the last, is the one whose elements lie side by side. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** Why bytes are no array that can be read. */
export class NpyError extends Error {
  override readonly name = 'NpyError';
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
/** What NumPy itself can have. */
const RANK_MAX = 64;
const BLANKS = /[ \n]*/y;
const TEXT = /'([^'\\\n]*)'|"([^"\\\n]*)"/y;
const TRUTH = /True|False/y;
/** Python 2 wrote long integers with an L. */
const LENGTH = /(\d{1,16})L?(?![\dL])/y;

/**
 * Reads the header of format 1.0, 2.0 or 3.0.
 *
 * @returns The header, and where the elements start.
 * @throws {NpyError}
 */
export function readNpyHeader(bytes: Buffer): { header: NpyHeader; end: number } {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new NpyError('it does not start with \\x93NUMPY');
  const [major = 0, minor = 0] = bytes.subarray(MAGIC.length, MAGIC.length + 2);
  if (major < 1 || major > 3 || minor !== 0)
    throw new NpyError(`format ${major}.${minor} is not known, 1.0 to 3.0 are`);
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw new NpyError(`it ends after ${bytes.length} bytes, within its header`);
  const end = start + (major === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  if (bytes.length < end) throw new NpyError(`its header takes ${end} bytes, ${bytes.length} came`);
  return { header: new HeaderParser(bytes.toString('latin1', start, end)).header(), end };
}

class HeaderParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  header(): NpyHeader {
    let descr: string | undefined;
    let fortranOrder: boolean | undefined;
    let shape: number[] | undefined;
    this.#expect('{');
    while (!this.#takes('}')) {
      const key = this.#string();
      this.#expect(':');
      if (key === 'descr' && descr === undefined) descr = this.#descr();
      else if (key === 'fortran_order' && fortranOrder === undefined) fortranOrder = this.#truth();
      else if (key === 'shape' && shape === undefined) shape = this.#shape();
      else
        throw new NpyError(`its header has '${key.slice(0, 40)}' twice, or not as one of descr, fortran_order, shape`);
      if (this.#takes(',')) continue;
      this.#expect('}');
      break;
    }
    if (this.#at < this.#text.length) throw this.#unexpected('nothing more');
    if (descr === undefined || fortranOrder === undefined || shape === undefined) {
      throw new NpyError('its header lacks one of descr, fortran_order, shape');
    }
    return { descr, fortranOrder, shape };
  }

  #descr(): string {
    if (this.#text[this.#at] === '[') {
      throw new NpyError('structured arrays are not read: send each field as an array of its own');
    }
    return this.#string();
  }

  #string(): string {
    const match = this.#match(TEXT) ?? this.#fail('a string');
    return match[1] ?? (match[2] as string);
  }

  #truth(): boolean {
    const match = this.#match(TRUTH) ?? this.#fail('True or False');
    return match[0] === 'True';
  }

  #shape(): number[] {
    const shape: number[] = [];
    this.#expect('(');
    while (!this.#takes(')')) {
      const length = Number((this.#match(LENGTH) ?? this.#fail('the length of an axis'))[1]);
      if (!Number.isSafeInteger(length)) throw new NpyError(`an axis of ${length} elements is too long`);
      if (shape.push(length) > RANK_MAX) throw new NpyError(`it has more than ${RANK_MAX} axes`);
      if (this.#takes(',')) continue;
      if (shape.length === 1) throw this.#unexpected("','"); // `(3)` is a number in Python
      this.#expect(')');
      break;
    }
    return shape;
  }

  #expect(token: string): void {
    if (!this.#takes(token)) throw this.#unexpected(`'${token}'`);
  }

  #takes(token: string): boolean {
    if (this.#text[this.#at] !== token) return false;
    this.#at++;
    this.#skipBlanks();
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    this.#skipBlanks();
    return match;
  }

  #skipBlanks(): void {
    BLANKS.lastIndex = this.#at;
    BLANKS.exec(this.#text);
    this.#at = BLANKS.lastIndex;
  }

  #fail(expected: string): never {
    throw this.#unexpected(expected);
  }

  #unexpected(expected: string): NpyError {
    const came = this.#text.slice(this.#at, this.#at + 20);
    return new NpyError(`its header has ${JSON.stringify(came)} at ${this.#at}, expected ${expected}`);
  }
}

/** A header of format 1.0, padded so that the elements start at a multiple of 64 bytes. */
export function writeNpyHeader({ descr, fortranOrder, shape }: NpyHeader): Buffer {
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': ${fortranOrder ? 'True' : 'False'}, 'shape': (${lengths}), }`;
  const padding = 63 - ((10 + text.length) % 64);
  const header = Buffer.from(`${text}${' '.repeat(padding)}\n`, 'latin1');
  const start = Buffer.from([...MAGIC, 1, 0, 0, 0]);
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, header]);
}
