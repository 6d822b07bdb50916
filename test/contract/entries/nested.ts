import {
  DataFrame,
  inputSchema,
  NumpyParameterType,
  outputSchema,
  PandasParameterType,
  StandardParameterType,
  Tensor,
} from 'scorehost';

export function init() {}

const sample = {
  df: new PandasParameterType([{ s: 'WA', n: 1n }]),
  arr: new NumpyParameterType([1n, 2n]),
  cfg: new StandardParameterType({ t: 0.5 }),
  plain: 0n,
};

/** Says of each member what it is, in Python's words. */
export const run = inputSchema(
  'param',
  new StandardParameterType(sample),
)(
  outputSchema(new StandardParameterType({ arr: new NumpyParameterType([1n, 2n]), ok: true }))((param: object) =>
    Object.fromEntries(Object.entries(param).map(([name, value]) => [name, typeName(value)])),
  ),
);

function typeName(value: unknown): string {
  if (value instanceof DataFrame) return 'DataFrame';
  if (value instanceof Tensor) return 'ndarray';
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  const names = { bigint: 'int', number: 'float', string: 'str', boolean: 'bool' } as const;
  return names[typeof value as 'string'] ?? 'dict';
}
