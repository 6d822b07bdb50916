import type { InferenceSession } from 'onnxruntime-node';
import type { Tensor } from '../../../tensor.js';
import type { ModelValue, Tensors } from '../model.js';
import type { Session } from '../session.js';

/** What a failing node writes to stderr is thrown, too: a caller's bad input must not fill the log. */
const RUN_OPTIONS: InferenceSession.RunOptions = { logSeverityLevel: 4 };

/**
 * A session of onnxruntime-node. This class alone knows how the binding wants its tensors, and that its `run` blocks the
 * thread while it looks asynchronous.
 */
export class OnnxSession implements Session {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly executionProvider: string;
  readonly #session: InferenceSession;
  readonly #halfInputs: readonly string[];

  constructor(session: InferenceSession, executionProvider: string) {
    this.#session = session;
    this.executionProvider = executionProvider;
    this.inputs = session.inputMetadata.map(declared);
    // The binding cannot decode sequences and maps, and fails every run that asks for one.
    this.outputs = session.outputMetadata.filter(({ isTensor }) => isTensor).map(declared);
    this.#halfInputs = this.inputs.filter(({ type }) => type === 'float16').map(({ name }) => name);
  }

  run(feeds: Tensors, outputs: readonly string[]): Promise<Record<string, Tensor>> {
    const native = this.#halfInputs.length === 0 ? feeds : this.#withHalfBits(feeds);
    return this.#session.run(native, outputs, RUN_OPTIONS) as Promise<Record<string, Tensor>>;
  }

  release(): Promise<void> {
    return this.#session.release();
  }

  /**
   * float16 as its bits, in a plain object: from Node 24 on a `Tensor` holds a Float16Array, of which the binding reads
   * no bytes (microsoft/onnxruntime#32323).
   */
  #withHalfBits(feeds: Tensors): Tensors {
    const bits = this.#halfInputs.map((name) => {
      const { type, dims, data } = feeds[name] as Tensor;
      const { buffer, byteOffset, length } = data as Uint16Array;
      return [name, { type, dims, data: new Uint16Array(buffer, byteOffset, length), location: 'cpu' }] as const;
    });
    return { ...feeds, ...(Object.fromEntries(bits) as unknown as Tensors) };
  }
}

/** Names of the outputs that cannot be read. */
export function unreadableOutputs({ outputMetadata }: InferenceSession): string[] {
  return outputMetadata.filter(({ isTensor }) => !isTensor).map(({ name }) => name);
}

function declared(value: InferenceSession.ValueMetadata): ModelValue {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: undefined, shape: [] };
}
