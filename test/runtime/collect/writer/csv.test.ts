import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLines, idColumns } from '../../../../src/runtime/collect/writer/csv.js';
import { writeJsonBytes } from '../../../../src/schema/json/write.js';
import { dataHead, names, payloadHead } from '../heads.js';

/** What a reader of the file gets: records by column. */
function read({ header, lines }: { header: string; lines: string }): Record<string, string>[] {
  return parse(header + lines, { columns: true });
}

/** The columns of the data, without those of the ids. */
function dataOf(value: unknown, features?: readonly string[]): Record<string, string>[] {
  return read(csvLines(dataHead({ features }), writeJsonBytes(value), names)).map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !(idColumns as readonly string[]).includes(name))),
  );
}

describe('csvLines()', () => {
  it('is this, to the byte', () => {
    const { header, lines } = csvLines(
      dataHead({ features: ['age', 'name'], clientRequestId: 'c-1' }),
      Buffer.from('[[41,"Ann"],[37,"a \\"b\\", c"]]'),
      names,
    );
    const ids = 'r-1,2026-03-04T05:06:07.008Z,1440,sub/group/workspace,service,digits,default,r-1,c-1';
    expect(header).toBe(`age,name,${idColumns.join(',')}\r\n`);
    expect(lines).toBe(`41,Ann,${ids}\r\n37,"a ""b"", c",${ids}\r\n`);
  });

  it.each([
    [
      'more columns than anybody reads',
      Array.from({ length: 2_001 }, (_, i) => ({ [`k${i}`]: 1 })),
      undefined,
      /2001 columns/,
    ],
    ['a wide row', [Array.from({ length: 2_001 }, () => 1)], undefined, /2001 columns/],
    [
      'few columns of many rows',
      Array.from({ length: 1_000 }, (_, i) =>
        i === 0 ? Object.fromEntries(Array.from({ length: 1_500 }, (_, k) => [k, 1])) : {},
      ),
      undefined,
      /1500 × 1000 cells/,
    ],
    ['rows without columns', Array(1_000_001).fill([]), undefined, /0 × 1000001 cells/],
    ['features that are none', [[1]], { length: 1e9 } as unknown as string[], /features/],
  ])('refuses %s', (_, value, features, message) => {
    expect(() => csvLines(dataHead({ features }), writeJsonBytes(value), names)).toThrow(message);
  });

  it('gives each of these values its rows', () => {
    expect(
      dataOf([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([
      { 0: '1', 1: '2' },
      { 0: '3', 1: '4' },
    ]);
    expect(
      dataOf([
        [
          [1, 2],
          [3, 4],
        ],
      ]),
    ).toEqual([{ 0: '1', 1: '2', 2: '3', 3: '4' }]);
    expect(dataOf([{ a: 1 }, { b: true }])).toEqual([
      { a: '1', b: '' },
      { a: '', b: 'true' },
    ]);
    expect(dataOf([1, 2, 3])).toEqual([{ 0: '1', 1: '2', 2: '3' }]);
    expect(dataOf([1, 2, 3], ['y'])).toEqual([{ y: '1' }, { y: '2' }, { y: '3' }]);
    expect(dataOf({ a: { b: [1] } })).toEqual([{ a: '{"b":[1]}' }]);
    expect(dataOf('one')).toEqual([{ 0: 'one' }]);
    expect(dataOf([])).toEqual([]);
  });

  it.each([['{}'], ['[{}]'], ['[[]]']])('has the ids alone where there are no columns: %s', (json) => {
    const { header, lines } = csvLines(dataHead(), Buffer.from(json), names);
    expect(header).toBe(`${idColumns.join(',')}\r\n`);
    expect(lines).toBe('r-1,2026-03-04T05:06:07.008Z,1440,sub/group/workspace,service,digits,default,r-1,\r\n');
  });

  it('has the rows of tensors, deeper dims laid out in a line', () => {
    const head = (...dims: readonly number[]) => dataHead({ tensor: { type: 'int16', dims } });
    const bytes = Buffer.from(Int16Array.of(1, -2, 3, 4).buffer);
    const rowsOf = (...dims: readonly number[]) =>
      csvLines(head(...dims), bytes, names)
        .lines.trim()
        .split('\r\n')
        .map((line) => line.split(',r-1,')[0]);
    expect(rowsOf(4)).toEqual(['1,-2,3,4']);
    expect(rowsOf(2, 2)).toEqual(['1,-2', '3,4']);
    expect(rowsOf(2, 1, 2)).toEqual(['1,-2', '3,4']);
    expect(rowsOf(1, 2, 2)).toEqual(['1,-2,3,4']);
  });

  it('says the same of numbers, whether all are or not', () => {
    const numbers = [-0, 0.1, 1e21, -3e-7];
    const cells = dataOf([numbers]).map(Object.values);
    expect(dataOf([[...numbers, null]]).map((row) => Object.values(row).slice(0, -1))).toEqual(cells);
    expect(cells).toEqual([['-0.0', '0.1', '1e+21', '-3e-7']]);
  });

  it('names the columns that have no name by their place', () => {
    expect(dataOf([[1, 2, 3]], ['a'])).toEqual([{ a: '1', 1: '2', 2: '3' }]);
    expect(dataOf([[1]], ['a', 'b'])).toEqual([{ a: '1', b: '' }]);
  });

  it('takes of objects what the features name', () => {
    expect(dataOf([{ a: 1, b: 2 }], ['b'])).toEqual([{ b: '2' }]);
  });

  it('loses no digit of a long integer', () => {
    expect(dataOf([[9223372036854775807n]], ['id'])).toEqual([{ id: '9223372036854775807' }]);
  });

  it('says what is not there by nothing, an empty text by quotes', () => {
    const { lines } = csvLines(dataHead(), Buffer.from('[[null,""]]'), names);
    expect(lines).toMatch(/^,"",/);
  });

  it('has an id where there is no call', () => {
    const [row] = read(csvLines(dataHead({ requestId: undefined }), Buffer.from('[[1]]'), names));
    expect(row?.$aml_request_id).toBe('00000000-0000-0000-0000-000000000000');
    expect(row?.$aml_dc_correlation_id).toMatch(/^[\da-f-]{36}$/);
  });

  it('has the names that the collector has, or else those of the settings', () => {
    const own = { model: 'm', modelVersion: '3', service: 's', workspace: 'a/b/c', correlationId: 'x' };
    const [row] = read(csvLines(dataHead(own), Buffer.from('[[1]]'), names));
    expect(row).toMatchObject({
      $aml_workspace: 'a/b/c',
      $aml_service_name: 's',
      $aml_model_name: 'm',
      $aml_model_version: '3',
      $aml_dc_correlation_id: 'x',
    });
  });

  it('is read back as it was, whatever the texts are', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const rows = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, (given) => {
        const { header, lines } = csvLines(dataHead({ features: ['a', 'b'] }), writeJsonBytes(given), names);
        const table = parse(header + lines, { from_line: 1 });
        expect(table.slice(1).map(([a, b]) => [a, b])).toEqual(given);
      }),
    );
  });

  it('of a request or an answer has its body in one cell', () => {
    const request = payloadHead({ method: 'POST', target: '/score?a=1' });
    const payloadOf = (text: string) => read(csvLines(request, Buffer.from(text), names))[0]?.payload;
    expect(payloadOf('{"a": "b, c"}')).toBe('{"a": "b, c"}');
    expect(payloadOf('{"data":\nNaN}')).toBe('{"data":\nNaN}'); // no JSON: its line ends may mean something
    expect(read(csvLines(request, Buffer.from('{"data":\n[1]}'), names))).toMatchObject([
      {
        method: 'POST',
        path: '/score?a=1',
        content_type: 'application/json',
        payload: '{"data": [1]}',
        encoding: 'text',
      },
    ]);
    const response = payloadHead({ kind: 'response', status: 200, contentType: 'application/octet-stream' });
    expect(read(csvLines(response, Buffer.of(0, 255), names))).toMatchObject([
      { status: '200', payload: 'AP8=', encoding: 'base64', $aml_model_name: 'default' },
    ]);
  });

  it('refuses what is no JSON', () => {
    expect(() => csvLines(dataHead(), Buffer.from('[1'), names)).toThrow();
  });
});
