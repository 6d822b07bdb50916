import { Tensor } from '../../src/index.js';
import { writeNpy } from '../../src/schema/npy.js';

const DIMS = [1, 3, 224, 224];

/** An image as a client sends it: JSON with 4 to 8 digits a pixel, or the same numbers as `.npy`. */
export function randomImage() {
  let count = 0;
  const nested = ([length = 0, ...inner]: readonly number[]): string =>
    `[${Array.from({ length }, () => (inner.length === 0 ? Math.random().toFixed(4 + (count++ % 5)) : nested(inner))).join(',')}]`;
  const json = nested(DIMS);
  const pixels = Float32Array.from((JSON.parse(json) as number[][][][]).flat(3));
  return {
    json: Buffer.from(`{"image":${json}}`),
    npy: Buffer.from(writeNpy(new Tensor('float32', pixels, DIMS))),
    firstPixel: pixels[0] as number,
  };
}
