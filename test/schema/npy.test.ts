import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { DTYPES, type Dtype, FLOAT16_AS_BITS, float16Bits, newNumericArray } from '../../src/dtype.js';
import { HostError } from '../../src/errors.js';
import { readNpy, writeNpy } from '../../src/schema/npy.js';
import { Tensor } from '../../src/tensor.js';

/** More for a long search: `FUZZ_CASES=500000 vitest run test/schema/npy.test.ts`. */
const CASES = Number(process.env.FUZZ_CASES ?? 3_000);

const fixture = (name: string) => readFileSync(fileURLToPath(new URL(`../fixtures/npy/${name}.npy`, import.meta.url)));

/** The elements as plain numbers: those of float16 are bits on Node 20. */
function elements(tensor: Tensor): unknown[] {
  if (tensor.type !== 'float16') return Array.from(tensor.data as Iterable<unknown>);
  const { buffer, byteOffset, length } = tensor.data as Uint16Array;
  return Array.from(new Uint16Array(buffer, byteOffset, length));
}

/** Bytes of format 1.0 with a header as given. */
function withHeader(header: string, body: Uint8Array = new Uint8Array(), version = [1, 0]): Buffer {
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), ...version, 0, 0]);
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, Buffer.from(header, 'latin1'), body]);
}

const known = 'b1, i1, i2, i4, i8, u1, u2, u4, u8, f2, f4, f8, U and S are';

function assertRefused(bytes: Uint8Array, problem: string) {
  const message = `expected an array in the .npy format, but ${problem}`;
  assert.throws(() => readNpy(bytes, '/data'), {
    name: 'HostError',
    code: 'INPUT_INVALID',
    message: `/data: ${message}.`,
    details: [{ path: '/data', message }],
  });
}

describe('readNpy() of what NumPy wrote', () => {
  it.each<[string, Dtype, unknown[]]>([
    ['b1', 'bool', [0, 1, 1, 1, 1, 1]],
    ['i1', 'int8', [0, 1, 3, 4, 6, 7]],
    ['i2', 'int16', [0, 1, 3, 4, 6, 7]],
    ['i4', 'int32', [0, 1, 3, 4, 6, 7]],
    ['i8', 'int64', [0n, 1n, 3n, 4n, 6n, 7n]],
    ['u1', 'uint8', [0, 1, 3, 4, 6, 7]],
    ['u2', 'uint16', [0, 1, 3, 4, 6, 7]],
    ['u4', 'uint32', [0, 1, 3, 4, 6, 7]],
    ['u8', 'uint64', [0n, 1n, 3n, 4n, 6n, 7n]],
    ['f2', 'float16', [0, 1.5, 3, 4.5, 6, 7.5].map(float16Bits)],
    ['f4', 'float32', [0, 1.5, 3, 4.5, 6, 7.5]],
    ['f8', 'float64', [0, 1.5, 3, 4.5, 6, 7.5]],
    ['big-i2', 'int16', [0, 1, 3, 4, 6, 7]],
    ['big-i4', 'int32', [0, 1, 3, 4, 6, 7]],
    ['big-i8', 'int64', [0n, 1n, 3n, 4n, 6n, 7n]],
    ['big-f2', 'float16', [0, 1.5, 3, 4.5, 6, 7.5].map(float16Bits)],
    ['big-f4', 'float32', [0, 1.5, 3, 4.5, 6, 7.5]],
    ['big-f8', 'float64', [0, 1.5, 3, 4.5, 6, 7.5]],
  ])('%s', (name, type, expected) => {
    const tensor = readNpy(fixture(name));
    assert.deepEqual([tensor.type, tensor.dims, elements(tensor)], [type, [2, 3], expected]);
  });

  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

  it.each<[string, string, Dtype, number[], unknown[]]>([
    ['Fortran order', 'fortran', 'int32', [2, 3, 4], upTo(24)],
    ['Fortran order, of strings', 'fortran-text', 'string', [2, 2], ['a', 'bc', '', 'd']],
    ['a scalar', 'scalar', 'float64', [], [2.5]],
    ['a vector', 'vector', 'int64', [2], [-(2n ** 63n), 2n ** 63n - 1n]],
    ['no rows', 'no-rows', 'float32', [0, 3], []],
    ['what is no number', 'special', 'float64', [5], [Number.NaN, Infinity, -Infinity, -0, 5e-324]],
    ['strings', 'text', 'string', [4], ['ä', '', '😀x', 'long enough']],
    ['strings, most byte first', 'big-text', 'string', [2], ['ä', '😀']],
    ['strings of bytes', 'bytes', 'string', [3], ['ä', '', 'abc']],
    ['format 2.0', 'version-2', 'int32', [3, 4], upTo(12)],
    ['format 3.0', 'version-3', 'int32', [3, 4], upTo(12)],
  ])('%s', (_, name, type, dims, expected) => {
    const tensor = readNpy(fixture(name));
    assert.deepEqual([tensor.type, tensor.dims, elements(tensor)], [type, dims, expected]);
  });

  it.each([
    ['object', 'object arrays hold Python pickles and are never read'],
    ['date', '<M8[D] (dates and spans of time) is not read: send text'],
    ['span', '<m8[h] (dates and spans of time) is not read: send text'],
    ['structured', 'structured arrays are not read: send each field as an array of its own'],
    ['complex', `its element type '<c16' is not read: ${known}`],
    ['void', `its element type '|V2' is not read: ${known}`],
    ['long-double', `its element type '<f16' is not read: ${known}`],
  ])('refuses %s', (name, problem) => assertRefused(fixture(name), problem));
});

describe('readNpy()', () => {
  it('reads strings of thousands of characters, blanks of NUL in them and none behind', () => {
    const text = `${'ä'.repeat(1_023)}😀${'\0'.repeat(2_000)}${'x'.repeat(3_000)}`;
    const points = Array.from(text, (character) => character.codePointAt(0) as number);
    const bytes = Buffer.alloc((points.length + 3_000) * 4);
    points.forEach((point, i) => {
      bytes.writeUInt32LE(point, i * 4);
    });
    const header = `{'descr': '<U${bytes.length / 4}', 'fortran_order': False, 'shape': (1,)}`;
    assert.deepEqual(readNpy(withHeader(header, bytes)).data, [text]);
  });

  it('reads elements that lie anywhere in the bytes', () => {
    const bytes = fixture('f8');
    const shifted = Buffer.concat([Buffer.of(0), bytes]).subarray(1);
    assert.deepEqual(elements(readNpy(shifted)), [0, 1.5, 3, 4.5, 6, 7.5]);
  });

  it('keeps nothing of the bytes', () => {
    const bytes = fixture('u1');
    const tensor = readNpy(bytes);
    bytes.fill(255);
    assert.deepEqual(elements(tensor), [0, 1, 3, 4, 6, 7]);
  });

  it('reads any byte but 0 as true', () => {
    const bytes = withHeader("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", Uint8Array.of(0, 2, 255));
    assert.deepEqual(elements(readNpy(bytes)), [0, 1, 1]);
  });

  it.each([
    ['in another order, with other quotes', `{"shape":(2,),"fortran_order":True,"descr":"|u1"}`],
    ['of Python 2', "{'descr': '|u1', 'fortran_order': False, 'shape': (2L,), }   \n"],
  ])('reads a header %s', (_, header) => {
    assert.deepEqual(elements(readNpy(withHeader(header, Uint8Array.of(1, 2)))), [1, 2]);
  });

  const header = (shape: string, descr = '<f8') =>
    `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`;

  it.each([
    ['no bytes', Buffer.alloc(0), 'it does not start with \\x93NUMPY'],
    ['other bytes', Buffer.from('{"data": [[1, 2]]}'), 'it does not start with \\x93NUMPY'],
    ['a magic alone', fixture('f8').subarray(0, 6), 'format 0.0 is not known, 1.0 to 3.0 are'],
    ['a format of tomorrow', withHeader('', undefined, [4, 0]), 'format 4.0 is not known, 1.0 to 3.0 are'],
    ['half a format', withHeader('', undefined, [1, 1]), 'format 1.1 is not known, 1.0 to 3.0 are'],
    ['no length', fixture('f8').subarray(0, 9), 'it ends after 9 bytes, within its header'],
    ['half a header', fixture('f8').subarray(0, 100), 'its header takes 128 bytes, 100 came'],
    ['half a body', fixture('f8').subarray(0, -1), 'shape (2, 3) of 8 bytes each does not make the 47 bytes that came'],
    [
      'bytes behind it',
      Buffer.concat([fixture('f8'), Buffer.of(0)]),
      'shape (2, 3) of 8 bytes each does not make the 49 bytes that came',
    ],
    [
      'a shape that lies',
      withHeader(header('(1000000000000,)')),
      'shape (1000000000000) of 8 bytes each does not make the 0 bytes that came',
    ],
    [
      'a shape beyond all numbers',
      withHeader(header(`(${'9007199254740991, '.repeat(30)})`)),
      `shape (${Array(30).fill('9007199254740991').join(', ')}) of 8 bytes each does not make the 0 bytes that came`,
    ],
    [
      'endless rows of nothing',
      withHeader(header('(1000000000, 0)')),
      'shape (1000000000, 0) has more than 1000000 places for nothing',
    ],
    [
      'strings of no length',
      withHeader(header('(1000000000,)', '<U0')),
      `its element type '<U0' is not read: ${known}`,
    ],
    [
      'an axis too long',
      withHeader(header('(9999999999999999,)')),
      'an axis of 10000000000000000 elements is too long',
    ],
    ['too many axes', withHeader(header(`(${'1, '.repeat(65)})`)), 'it has more than 64 axes'],
    [
      'a negative axis',
      withHeader(header('(-1,)')),
      `its header has "-1,), }\\n" at 51, expected the length of an axis`,
    ],
    ['a shape that is a number', withHeader(header('(3)')), `its header has "), }\\n" at 52, expected ','`],
    [
      'two arrays in one',
      withHeader(`${header('()')}{}`, new Uint8Array(8)),
      'its header has "{}" at 56, expected nothing more',
    ],
    [
      'a call',
      withHeader("{'descr': exit(), 'fortran_order': False, 'shape': ()}"),
      `its header has "exit(), 'fortran_ord" at 10, expected a string`,
    ],
    ['a truth that is none', withHeader("{'fortran_order': 0}"), 'its header has "0}" at 18, expected True or False'],
    ['no dict', withHeader('[]'), `its header has "[]" at 0, expected '{'`],
    ['half a dict', withHeader("{'descr': '<f8'"), `its header has "" at 15, expected '}'`],
    ['an empty dict', withHeader('{}'), 'its header lacks one of descr, fortran_order, shape'],
    [
      'an entry twice',
      withHeader("{'descr': '<f8', 'descr': '<f4'}"),
      "its header has 'descr' twice, or not as one of descr, fortran_order, shape",
    ],
    [
      'an entry too many',
      withHeader("{'extra': ''}"),
      "its header has 'extra' twice, or not as one of descr, fortran_order, shape",
    ],
    [
      'no Unicode',
      withHeader(header('(1,)', '<U1'), Uint8Array.of(0, 0, 0x11, 0)),
      'a string has the character 1114112, which is none of Unicode',
    ],
    ['no UTF-8', withHeader(header('(1,)', '|S1'), Uint8Array.of(0xe4)), 'a string of bytes is not UTF-8'],
  ])('refuses %s', (_, bytes, problem) => assertRefused(bytes, problem));

  it('names the body where no path is given', () => {
    assert.throws(
      () => readNpy(Buffer.of(1)),
      /^HostError: The body: expected an array in the \.npy format, but it does/,
    );
  });

  it('refuses broken bytes, or reads them, and nothing else', () => {
    const names = ['f2', 'big-i8', 'fortran', 'fortran-text', 'no-rows', 'text', 'bytes', 'version-2', 'structured'];
    const files = names.map(fixture);
    const edit = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    const broken = fc.record({
      file: fc.constantFrom(...files),
      // In the header, mostly: it is what can lie.
      edits: fc.array(edit, { maxLength: 4 }),
      cut: fc.option(fc.nat(300)),
    });
    const property = fc.property(broken, ({ file, edits, cut }) => {
      const bytes = Buffer.from(cut === null ? file : file.subarray(0, cut));
      for (const [at, byte] of edits) if (bytes.length > 0) bytes[at % Math.min(bytes.length, 80)] = byte;
      try {
        const tensor = readNpy(bytes);
        assert.ok(tensor.size <= bytes.length, 'elements of nothing');
      } catch (error) {
        assert.ok(error instanceof HostError && error.code === 'INPUT_INVALID', String(error));
      }
    });
    fc.assert(property, { numRuns: CASES });
  });
});

describe('writeNpy()', () => {
  const dims = fc.array(fc.nat(4), { maxLength: 4 });

  it('writes what is read back, whatever type and shape', () => {
    const property = fc.property(
      fc.constantFrom(...DTYPES),
      dims,
      fc.infiniteStream(fc.nat(255)),
      (type, shape, bytes) => {
        const size = shape.reduce((product, length) => product * length, 1);
        const tensor = tensorOf(type, shape, size, () => bytes.next().value as number);
        const written = writeNpy(tensor);
        const read = readNpy(written);
        assert.deepEqual([read.type, read.dims, elements(read)], [type, shape, elements(tensor)]);
        assert.equal(written.indexOf('\n') % 64, 63);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  function tensorOf(type: Dtype, shape: readonly number[], size: number, byte: () => number): Tensor {
    if (type === 'string') {
      return new Tensor(
        'string',
        Array.from({ length: size }, () => `${String.fromCodePoint(byte() * 4000)}x`),
        shape,
      );
    }
    const data = newNumericArray(type, size);
    const bytes = new Uint8Array(data.buffer);
    for (let i = 0; i < bytes.length; i++) bytes[i] = type === 'bool' ? byte() % 2 : byte();
    return new Tensor(type as 'float32', data as Float32Array, shape);
  }

  it('writes the bytes that NumPy writes', () => {
    for (const name of [
      'b1',
      'i1',
      'i2',
      'i4',
      'i8',
      'u1',
      'u2',
      'u4',
      'u8',
      'f2',
      'f4',
      'f8',
      'scalar',
      'vector',
      'no-rows',
      'special',
      'text',
    ]) {
      assert.deepEqual(writeNpy(readNpy(fixture(name))), fixture(name), name);
    }
  });

  it('writes a part of an array', () => {
    const part = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    assert.deepEqual(elements(readNpy(writeNpy(new Tensor('float32', part, [2])))), [1, 2]);
  });

  it('holds float16 as this Node does', () => {
    assert.equal(readNpy(fixture('f2')).data instanceof Uint16Array, FLOAT16_AS_BITS);
  });

  it.each<[string, Tensor, string]>([
    [
      'strings that NumPy would cut',
      new Tensor('string', ['a\0'], [1]),
      'A string that ends in NUL cannot be written as .npy: NumPy drops its end.',
    ],
    [
      'strings that take too much',
      new Tensor('string', ['a'.repeat(20_000), ...Array<string>(10_000).fill('')], [10_001]),
      '10001 strings of which one has 20000 characters take 800080000 bytes as .npy, 536870912 are the limit: send JSON.',
    ],
    [
      'types that NumPy lacks',
      new Tensor('uint4', Uint8Array.of(1), [2]),
      'A tensor of uint4 cannot be written as .npy.',
    ],
  ])('refuses %s', (_, tensor, message) => {
    assert.throws(() => writeNpy(tensor), { name: 'HostError', code: 'RESULT_INVALID', message });
  });
});
