import type { Tensor as TensorTypes } from 'onnxruntime-common';
import type { Tensor } from '../../tensor.js';

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

/** A model that is loaded and ready to run. */
export interface Model {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /**
   * Runs the model.
   *
   * @param feeds - A tensor per input name.
   * @returns A tensor per output name.
   * @throws {HostError} `MODEL_INVALID` if an input is missing, unexpected, of another dtype or another shape.
   */
  run(feeds: Tensors): Promise<Record<string, Tensor>>;
  /** Frees the memory of the session. The model cannot run after it. */
  release(): Promise<void>;
}
