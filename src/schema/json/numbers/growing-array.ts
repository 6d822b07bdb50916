import { type NumericArray, type NumericType, newNumericArray } from '../../../dtype.js';
import type { Elements } from './elements.js';

const STEPS_MAX = 200;

/**
 * The elements of a tensor while their number is not known.
 *
 * What fits one chunk is allocated once. Longer arrays start from what the bytes so far promise and are doubled; they
 * never have more places than the bytes that are left could fill, at two bytes for an element.
 */
export class GrowingArray {
  readonly #type: NumericType;
  readonly #elements: Elements;
  readonly #step: number;
  readonly #lengthMax: number;
  #array: NumericArray | undefined;
  #length = 0;

  /** The axes that are known say of what the number of elements is a multiple or, if all are, what it is. */
  constructor(type: NumericType, elements: Elements, dims: readonly (number | undefined)[]) {
    this.#type = type;
    this.#elements = elements;
    this.#step = dims.reduce<number>((size, dim) => size * (dim || 1), 1);
    this.#lengthMax = dims.includes(undefined) ? Number.POSITIVE_INFINITY : this.#step;
  }

  /**
   * Takes the elements of the kernel's chunk.
   *
   * @param bytesRead - Bytes of all the elements up to here.
   * @param bytesLeft - Bytes that follow.
   */
  append(count: number, bytesRead: number, bytesLeft: number): void {
    const length = this.#length + count;
    if (this.#array === undefined || this.#array.length < length) {
      const lengthMax = Math.min(this.#lengthMax, length + Math.ceil(bytesLeft / 2));
      const array = newNumericArray(this.#type, Math.min(lengthMax, this.#nextLength(length, bytesRead, bytesLeft)));
      if (this.#array !== undefined) setAll(array, this.#array);
      this.#array = array;
    }
    this.#elements.copyChunk(count, this.#array, this.#length);
    this.#length = length;
  }

  /** All elements, the first `count` of the chunk the last of them, in an array of their number. */
  finish(count: number, bytesRead: number): NumericArray {
    if (this.#array === undefined) {
      const array = newNumericArray(this.#type, count);
      this.#elements.copyChunk(count, array, 0);
      return array;
    }
    if (count > 0) this.append(count, bytesRead, 0);
    return this.#array.length === this.#length ? this.#array : this.#array.slice(0, this.#length);
  }

  #nextLength(length: number, bytesRead: number, bytesLeft: number): number {
    if (this.#array !== undefined) return Math.max(length, 2 * this.#array.length);
    const promised = length + (length / bytesRead) * bytesLeft;
    const steps = promised / this.#step;
    // A chunk of numbers promises within a quarter of a percent: of few steps the right one. Else take some more.
    const rounded =
      steps > 0.5 && steps < STEPS_MAX ? Math.ceil(steps - 0.25) * this.#step : Math.ceil(promised * 1.06);
    return Math.max(length, rounded);
  }
}

function setAll(to: NumericArray, from: NumericArray): void {
  (to as Float64Array).set(from as Float64Array);
}
