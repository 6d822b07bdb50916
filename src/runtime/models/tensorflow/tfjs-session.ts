import { type Dtype, dtypeOfArray, type NumericArray } from '../../../dtype.js';
import { Tensor } from '../../../tensor.js';
import type { ModelValue, Tensors } from '../model.js';
import type { Session } from '../session.js';
import { tensorFlowError } from './tensorflow-error.js';
import { decodedTexts } from './texts.js';
import type { Tfjs, TfjsTensor } from './tfjs.js';

/** A model of TensorFlow.js: a graph, or layers. */
export interface TfjsModel {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /**
   * Runs it.
   *
   * @returns A tensor per name. One may be a feed, or a weight of the model.
   */
  run(
    feeds: Record<string, TfjsTensor>,
    outputs: readonly string[],
  ): readonly TfjsTensor[] | Promise<readonly TfjsTensor[]>;
  /** Tensors that are the model's own, to be left alone. */
  readonly weightIds: ReadonlySet<number>;
  dispose(): void;
}

/** A model of TensorFlow.js, computing by the addon of tfjs-node. */
export class TfjsSession implements Session {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly executionProvider = 'cpu';
  readonly #tfjs: Tfjs;
  readonly #model: TfjsModel;
  readonly #types: ReadonlyMap<string, Dtype>;

  constructor(tfjs: Tfjs, model: TfjsModel) {
    this.#tfjs = tfjs;
    this.#model = model;
    this.inputs = model.inputs;
    this.outputs = model.outputs;
    this.#types = new Map(model.outputs.map(({ name, type }) => [name, type as Dtype]));
  }

  async run(feeds: Tensors, outputs: readonly string[]): Promise<Record<string, Tensor>> {
    const fed: Record<string, TfjsTensor> = {};
    let results: readonly TfjsTensor[] = [];
    try {
      for (const { name, type } of this.inputs) {
        const { data, dims } = feeds[name] as Tensor;
        fed[name] = this.#tfjs.tensor(data as NumericArray | readonly string[], [...dims], type as string);
      }
      const given = this.#model.run(fed, outputs);
      // Without a pause where there is no need: see inScope().
      results = given instanceof Promise ? await given : given;
      return Object.fromEntries(results.map((result, i) => [outputs[i], this.#read(result, outputs[i] as string)]));
    } catch (error) {
      throw tensorFlowError(error);
    } finally {
      for (const tensor of [...Object.values(fed), ...results]) {
        if (!this.#model.weightIds.has(tensor.id)) tensor.dispose();
      }
    }
  }

  async release(): Promise<void> {
    this.#model.dispose();
  }

  #read({ dataId, shape, dtype }: TfjsTensor, name: string): Tensor {
    const given = this.#tfjs.engine().readSync(dataId);
    if (Array.isArray(given)) return new Tensor('string', decodedTexts(given, `the output '${name}'`), shape);
    // It may be the array of a feed, or of a weight.
    const data = given.slice();
    if (dtype === 'bool') return new Tensor('bool', data as Uint8Array, shape);
    // TensorFlow.js has no int64, and says int32.
    if (this.#types.get(name) === 'int64' && data instanceof Int32Array) {
      return new Tensor('int64', BigInt64Array.from(data, BigInt), shape);
    }
    return new Tensor(dtypeOfArray(data) as 'float32', data as Float32Array, shape);
  }
}
