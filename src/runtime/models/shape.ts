import type { ModelValue } from './model.js';

/** Whether a tensor of these dims is one of the shape: as many axes, the fixed ones of their length. */
export function fitsShape(dims: readonly number[], shape: ModelValue['shape']): boolean {
  if (dims.length !== shape.length) return false;
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis];
    if (typeof length === 'number' && length !== dims[axis]) return false;
  }
  return true;
}

/** `[batch, 8, 8]`; a free axis without a name is `?`. */
export function shapeText(shape: ModelValue['shape']): string {
  return `[${shape.map((axis) => (axis === '' ? '?' : axis)).join(', ')}]`;
}

/** `'image' (float32 [batch, 8, 8])` */
export function valueText({ name, type, shape }: ModelValue): string {
  return `'${name}' (${type ?? 'no tensor'} ${shapeText(shape)})`;
}

/** How dims differ from a shape: the number of axes, or the first axis whose length is fixed at another. */
export function shapeProblem(dims: readonly number[], shape: ModelValue['shape']): string {
  const whole = `it has shape ${shapeText(shape)}, got ${shapeText(dims)}`;
  if (dims.length !== shape.length) {
    return `must have ${count(shape.length)}, not ${dims.length}: ${whole}`;
  }
  const axis = shape.findIndex((length, i) => typeof length === 'number' && length !== dims[i]);
  return `has ${shape[axis]} as the length of axis ${axis}, not ${dims[axis]}: ${whole}`;
}

function count(axes: number): string {
  return axes === 1 ? '1 axis' : `${axes} axes`;
}
