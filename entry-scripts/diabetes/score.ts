import { inputSchema, loadModel, type Model, modelPath, NumpyParameterType, outputSchema } from 'scorehost';

let model: Model;

export async function init() {
  model = await loadModel(modelPath('diabetes'));
}

export const run = inputSchema(
  'data',
  new NumpyParameterType([[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]]),
)(outputSchema(new NumpyParameterType([[3726.995]]))(async (data) => (await model.run({ data })).prediction));
