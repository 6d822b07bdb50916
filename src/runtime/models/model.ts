import type { Tensor as TensorTypes } from 'onnxruntime-common';
import type { NumericArray } from '../../dtype.js';
import type { NestedArray, Tensor } from '../../tensor.js';

/** An input or output of a model, as its file declares it. */
export interface ModelValue {
  readonly name: string;
  /** The element type, such as `float32`; undefined for what is no tensor. */
  readonly type: TensorTypes.Type | undefined;
  /** One entry per axis: its length, or the name of a free axis (empty if it has none). */
  readonly shape: readonly (number | string)[];
}

/** Tensors by the names of a model's inputs or outputs. */
export type Tensors = Readonly<Record<string, Tensor>>;

type FeedElement = number | bigint | boolean | string | null;

/**
 * What an input can be fed: a tensor, or its elements, nested as deep as the input has axes; rows may be typed arrays.
 *
 * Plain numbers, bigints, booleans and strings become what the input declares, if they are that exactly: `2` and `2n`
 * are an int64 and a float32, `2.5` is no int64. A tensor or typed array says its own type: it is cast between widths of
 * floats, between integers in range, and from integers to floats that hold them exactly; floats are never made integers.
 */
export type Feed = Tensor | FeedElement | NumericArray | NestedArray<FeedElement | NumericArray>;
/** Feeds by the names of a model's inputs. */
export type Feeds = Readonly<Record<string, Feed>>;

/** A model that is loaded and ready to run. */
export interface Model {
  readonly inputs: readonly ModelValue[];
  /** What `run` can give. Outputs that are no tensors (sequences, maps) are left out; the log named them. */
  readonly outputs: readonly ModelValue[];
  /** Where it computes: the execution provider in effect, such as `cpu` or `cuda`. */
  readonly executionProvider: string;
  /**
   * Runs the model.
   *
   * Nothing interrupts a run: it blocks its worker until it is done.
   *
   * @param feeds - A tensor, or what can become one, per input name: see {@link Feed}.
   * @param outputs - Names of the outputs that are wanted. Default: all.
   * @returns A tensor per output name. int64 and uint64 are bigints, bool is 0 and 1.
   * @throws {HostError} `FEEDS_INVALID` naming each input that is missing, unexpected, of another type or another shape;
   *   `MODEL_RUN_FAILED` if the runtime itself fails.
   * @example
   * ```ts
   * const { prediction } = await model.run({ data: [[0.038, 0.051, 0.062, 0.022, -0.044, -0.035, -0.043, -0.003, 0.02, -0.018]] });
   * ```
   */
  run(feeds: Feeds, outputs?: readonly string[]): Promise<Record<string, Tensor>>;
  /** Waits for what runs, and frees the memory of the session. The model cannot run after it; a second call does nothing. */
  release(): Promise<void>;
}
