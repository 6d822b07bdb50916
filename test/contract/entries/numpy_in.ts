import { inputSchema, NumpyParameterType, outputSchema, type Tensor } from 'scorehost';

export function init() {}

const input = new NumpyParameterType(
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  { dtype: 'float64' },
);

export const run = inputSchema(
  'data',
  input,
)(
  outputSchema(new NumpyParameterType([6, 15], { dtype: 'float64' }))((data: Tensor) => ({
    sum: rowSums(data),
    shape: data.dims,
    dtype: data.type,
  })),
);

function rowSums({ data, dims }: Tensor): number[] {
  const [rows = 0, columns = 0] = dims;
  const numbers = [...(data as Float64Array)];
  return Array.from({ length: rows }, (_, row) =>
    numbers.slice(row * columns, (row + 1) * columns).reduce((sum, number) => sum + number, 0),
  );
}
