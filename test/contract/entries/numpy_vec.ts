import { inputSchema, NumpyParameterType, outputSchema, type Tensor } from 'scorehost';

export function init() {}

const COLUMNS = 10;

export const run = inputSchema(
  'data',
  new NumpyParameterType([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]], { dtype: 'float64' }),
)(
  outputSchema(new NumpyParameterType([55], { dtype: 'float64' }))(({ data, dims }: Tensor) => {
    const numbers = [...(data as Float64Array)];
    return Array.from({ length: dims[0] ?? 0 }, (_, row) =>
      numbers.slice(row * COLUMNS, (row + 1) * COLUMNS).reduce((sum, number) => sum + number, 0),
    );
  }),
);
