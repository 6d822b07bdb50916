import { inputSchema, ModelDataCollector, NumpyParameterType, type Tensor } from 'scorehost';

const inputs = new ModelDataCollector('sum', 'inputs');
const predictions = new ModelDataCollector('sum', 'predictions', ['sum']);

/** The sum of the numbers of a call, which is next to nothing to do; both are collected. */
export const run = inputSchema(
  'data',
  new NumpyParameterType([[1.5]], { enforceShape: false }),
)((data: Tensor) => {
  inputs.collect(data);
  let sum = 0;
  for (const value of data.data as Float32Array) sum += value;
  predictions.collect([sum]);
  return sum;
});
