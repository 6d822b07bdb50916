/** The body names what `run` should return, or do. Where Python's value has no equal, the nearest stands in. */
export function init() {}

class Thing {}

function* generator() {
  yield 1;
}

function circular() {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

function deep(levels: number) {
  let list: unknown[] = [];
  for (let i = 0; i < levels; i++) list = [list];
  return list;
}

function raise(error: unknown): never {
  throw error;
}

/** What the reference's own tests call a timeout: an error of the script that bears the name of one. */
function timeoutError() {
  return Object.assign(new Error('mine'), { name: 'TimeoutError' });
}

const results: Readonly<Record<string, () => unknown>> = {
  none: () => undefined,
  true: () => true,
  int: () => 42,
  bigint: () => 2n ** 70n,
  float: () => 0.1,
  float_whole: () => 1.0,
  float_exp: () => 1e22,
  float_small: () => 1e-7,
  negzero: () => -0,
  str: () => 'héllo \u2028 \u{1f600} </script>',
  json_str: () => '{"already": "json"}',
  surrogate: () => '\ud800',
  list: () => [1, 'two', null, false],
  tuple: () => [1, 2],
  tuple_flask: () => [{ a: 1 }, 201],
  dict: () => ({ b: 1, a: 2 }),
  // In Python True is 1, so that the dict of the recorded script has three keys.
  dict_intkeys: () =>
    new Map<unknown, string>([
      [1, 'c'],
      [null, 'b'],
      [1.5, 'd'],
    ]),
  dict_tuplekey: () => new Map([[[1, 2], 'a']]),
  nan: () => Number.NaN,
  inf: () => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  set: () => new Set([1]),
  bytes: () => Buffer.from('abc'),
  object: () => new Thing(),
  date: () => new Date('2020-01-01'),
  decimal: () => 1.5,
  np_int64: () => 1n,
  np_float64: () => 1.5,
  np_float32: () => Math.fround(1.5),
  np_bool: () => true,
  ndarray: () => BigInt64Array.of(1n, 2n),
  dataframe: () => [{ a: 1 }],
  ordereddict: () =>
    new Map([
      ['z', 1],
      ['a', 2],
    ]),
  generator,
  circular,
  deep_500: () => deep(500),
  deep_5000: () => deep(5000),
  raise_value: () => raise(new Error('secret detail')),
  raise_key: () => raise(new Error('nope')),
  raise_timeout: () => raise(timeoutError()),
  abort_404: () => raise(new Response(null, { status: 404 })),
  aml_json: () => Response.json({ a: 1 }),
  aml_201: () => new Response('made', { status: 201 }),
  aml_404: () => new Response('gone', { status: 404 }),
  aml_500: () => new Response('broken', { status: 500 }),
  aml_503_json: () => Response.json({ why: 'busy' }, { status: 503, headers: { 'Retry-After': '7' } }),
  aml_none_204: () => new Response(null, { status: 204 }),
  aml_empty_204: () => new Response(null, { status: 204 }),
  aml_flagged: () => new Response('x', { headers: { 'x-ms-run-function-failed': 'True' } }),
  flask_resp: () => new Response('plain', { status: 202, headers: { 'Content-Type': 'text/csv; charset=utf-8' } }),
  flask_resp_500: () => new Response('bad', { status: 502 }),
};

export function run(data: string) {
  const result = results[data] ?? raise(new Error(data));
  return result();
}
