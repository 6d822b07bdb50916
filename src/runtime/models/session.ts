import type { Tensor } from '../../tensor.js';
import type { ModelValue, Tensors } from './model.js';

/**
 * A model inside the runtime that computes it: what each runtime has to bring, ONNX Runtime and TensorFlow. All checks are
 * made before it: it is fed exactly the tensors that it declares.
 */
export interface Session {
  readonly inputs: readonly ModelValue[];
  /** Those that are tensors, which alone can be asked for. */
  readonly outputs: readonly ModelValue[];
  /** The execution provider in effect. */
  readonly executionProvider: string;
  /** @throws {Error} with whatever text the runtime has for it. */
  run(feeds: Tensors, outputs: readonly string[]): Promise<Record<string, Tensor>>;
  /** Called once, when nothing runs. */
  release(): Promise<void>;
}
