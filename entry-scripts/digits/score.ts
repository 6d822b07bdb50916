import {
  inputSchema,
  loadModel,
  type Model,
  modelPath,
  NumpyParameterType,
  outputSchema,
  StandardParameterType,
} from 'scorehost';

// The sample is a real 1, so that whoever tries the example at /docs gets an answer that makes sense.
const image = new NumpyParameterType([
  [
    [0, 0, 0, 0.1875, 0.75, 0.75, 0.125, 0],
    [0, 0, 0.4375, 0.9375, 1, 1, 0, 0],
    [0, 0.25, 0.9375, 0.5625, 0.875, 1, 0.1875, 0],
    [0, 0.125, 0, 0, 0.875, 1, 0, 0],
    [0, 0, 0, 0, 0.875, 1, 0, 0],
    [0, 0, 0, 0, 0.9375, 0.8125, 0, 0],
    [0, 0, 0, 0, 1, 0.875, 0.0625, 0],
    [0, 0, 0, 0.1875, 1, 0.8125, 0.125, 0],
  ],
]);

const digits = new StandardParameterType({
  label: new NumpyParameterType([1n]),
  probabilities: new NumpyParameterType([[0, 0.86, 0, 0.14, 0, 0, 0, 0, 0, 0]]),
});

let model: Model;

export async function init() {
  model = await loadModel(modelPath('digits'));
}

// The model's outputs bear the names of the sample's members.
export const run = inputSchema('image', image)(outputSchema(digits)((image) => model.run({ image })));
