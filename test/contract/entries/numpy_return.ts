import { inputSchema, NumpyParameterType, outputSchema, type Tensor } from 'scorehost';

/** Gives back the numbers of a tensor: the host encodes them. */
export function init() {}

export const run = inputSchema(
  'data',
  new NumpyParameterType([1, 2], { dtype: 'float64' }),
)(
  outputSchema(new NumpyParameterType([2, 4], { dtype: 'float64' }))(({ data }: Tensor) =>
    (data as Float64Array).map((number) => number * 2),
  ),
);
