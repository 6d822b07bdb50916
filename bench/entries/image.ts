import { inputSchema, NumpyParameterType, Tensor } from 'scorehost';

const sample = new Tensor('float32', new Float32Array(3 * 224 * 224), [1, 3, 224, 224]);

/** The first value of an image: next to nothing beside reading its body. */
export const run = inputSchema('image', new NumpyParameterType(sample))((image) => Number(image.data[0]));
