import type { RecordedParam } from './python-value.js';

const std = (name: string, sample: unknown, optional = false): RecordedParam => ({
  name,
  type: 'StandardPythonParameterType',
  options: {},
  sample,
  optional,
});
const floats = (...numbers: readonly number[]) => numbers.map((number) => ({ $float: String(number) }));
const array = (dtype: string, shape: readonly number[], data: unknown) => ({ $py: 'ndarray', dtype, shape, data });
const numpy = (name: string, sample: unknown): RecordedParam => ({
  name,
  type: 'NumpyParameterType',
  options: {},
  sample,
});
const frame = (columns: readonly string[], dtypes: readonly string[], data: readonly unknown[]) => ({
  $py: 'DataFrame',
  columns,
  dtypes,
  index: data.map((_, row) => row),
  data,
});
const pandas = (name: string, sample: unknown, options: RecordedParam['options'] = {}): RecordedParam => ({
  name,
  type: 'PandasParameterType',
  options,
  sample,
});

/** What the decorators of the entry scripts say of their inputs, as the recorded cases write it. */
export const decoratedEntries: Readonly<Record<string, readonly RecordedParam[]>> = {
  std_int: [std('num', 1)],
  std_any: [std('value', { k: 'v' })],
  std_types: [
    std('b', { $py: 'bytes', base64: 'aGk=' }, true),
    std('ba', { $py: 'bytearray', base64: 'aGk=' }, true),
    std('d', { $py: 'date', iso: '2020-01-02' }, true),
    std('dt', { $py: 'datetime', iso: '2020-01-02T03:04:05' }, true),
    std('t', { $py: 'time', iso: '03:04:05' }, true),
    std('f', 1.5, true),
    std('flag', true, true),
    std('s', 'x', true),
    std('l', [1], true),
    std('tup', { $py: 'tuple', items: [1, 2] }, true),
  ],
  numpy_in: [numpy('data', array('float64', [2, 3], [floats(1, 2, 3), floats(4, 5, 6)]))],
  numpy_vec: [numpy('data', array('float64', [1, 10], [floats(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)]))],
  numpy_return: [numpy('data', array('float64', [2], floats(1, 2)))],
  pandas_in: [
    pandas(
      'data',
      frame(
        ['name', 'age'],
        ['object', 'int64'],
        [
          ['a', 1],
          ['b', 2],
        ],
      ),
    ),
  ],
  pandas_split: [
    pandas('input_data', frame(['x', 'y'], ['float64', 'object'], [[1.5, 's']]), {
      orient: 'split',
      enforce_shape: false,
    }),
  ],
  nested: [
    std('param', {
      df: pandas('', frame(['s', 'n'], ['object', 'int64'], [['WA', 1]])),
      arr: numpy('', array('int64', [2], [1, 2])),
      cfg: std('', { t: 0.5 }),
      plain: 0,
    }),
  ],
  optional: [std('num', 1), std('params', { beams: 1 }, true)],
  optional_nodefault: [std('num', 1, true)],
  noconvert: [std('num', 1)],
  multi: [std('num', 1), std('label', 'x', true)],
  multi_headers: [std('num', 1)],
  mixed_list: [std('data', [1, 'a'])],
  hf2: [std('input_string', ['x']), std('parameters', { k: 1 })],
  wrong_name: [std('data', 1)],
};
