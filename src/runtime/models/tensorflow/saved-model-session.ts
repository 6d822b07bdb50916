import { dtypeOfArray, type NumericArray } from '../../../dtype.js';
import { Tensor } from '../../../tensor.js';
import type { ModelValue, Tensors } from '../model.js';
import type { Session } from '../session.js';
import { DT_STRING } from './data-type.js';
import { FeedMemory } from './feed-memory.js';
import { EMPTY_STRING_TENSOR } from './string-copies.js';
import { tensorFlowError } from './tensorflow-error.js';
import { decodedTexts, encodedTexts } from './texts.js';
import type { Addon, FetchedTensor } from './tfjs-node.js';

/** An input or output, and the tensor of the graph that it is. */
export interface GraphValue extends ModelValue {
  readonly tensor: string;
  /** A number of TensorFlow's `DataType`. */
  readonly dataType: number;
}

/** A SavedModel that the addon has loaded. */
export interface LoadedSavedModel {
  readonly addon: Addon;
  readonly id: number;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** Whether {@link EMPTY_STRING_TENSOR} is there and wants to be fed. */
  readonly copiesStrings: boolean;
  /** Called when the model is released. */
  onRelease(): void;
}

/**
 * A signature of a SavedModel, run by the addon of tfjs-node.
 *
 * The package's own `predict()` is passed by: it squeezes int64 through int32, makes other numbers of the negative ones,
 * computes all outputs whatever is asked for, and warns on every run. The addon does none of that.
 */
export class SavedModelSession implements Session {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly executionProvider = 'cpu';
  readonly #model: LoadedSavedModel;
  readonly #outputsByName: ReadonlyMap<string, GraphValue>;
  /** As the addon wants the names of what it is fed. */
  readonly #fedTensors: string;

  constructor(model: LoadedSavedModel) {
    this.#model = model;
    this.inputs = model.inputs.map(declared);
    this.outputs = model.outputs.map(declared);
    this.#outputsByName = new Map(model.outputs.map((output) => [output.name, output]));
    const tensors = model.inputs.map(({ tensor }) => tensor);
    this.#fedTensors = (model.copiesStrings ? [...tensors, EMPTY_STRING_TENSOR] : tensors).join();
  }

  async run(feeds: Tensors, outputs: readonly string[]): Promise<Record<string, Tensor>> {
    const { addon, inputs, copiesStrings } = this.#model;
    const fetched = outputs.map((name) => this.#outputsByName.get(name) as GraphValue);
    const memory = new FeedMemory();
    const handles: number[] = [];
    const feed = (dims: readonly number[], dataType: number, data: NumericArray | Uint8Array[]) =>
      handles.push(addon.createTensor([...dims], dataType, data));
    try {
      for (const { name, dataType } of inputs) {
        const { dims, data } = feeds[name] as Tensor;
        feed(dims, dataType, dataType === DT_STRING ? encodedTexts(data as string[]) : fedArray(data, memory));
      }
      if (copiesStrings) feed([], DT_STRING, encodedTexts(['']));
      const results = this.#runNative(handles, fetched, memory);
      handles.push(...results.map(({ id }) => id));
      return Object.fromEntries(
        results.map((result, i) => [outputs[i], readTensor(addon, result, outputs[i] as string)]),
      );
    } finally {
      for (const handle of handles) addon.deleteTensor(handle);
    }
  }

  async release(): Promise<void> {
    this.#model.addon.deleteSavedModel(this.#model.id);
    this.#model.onRelease();
  }

  #runNative(feeds: readonly number[], outputs: readonly GraphValue[], memory: FeedMemory): FetchedTensor[] {
    const { addon, id } = this.#model;
    try {
      return addon.runSavedModel(id, [...feeds], this.#fedTensors, outputs.map(({ tensor }) => tensor).join());
    } catch (error) {
      memory.takeBack();
      throw tensorFlowError(error);
    }
  }
}

function declared({ name, type, shape }: GraphValue): ModelValue {
  return { name, type, shape };
}

/** The addon knows int64 by two int32 each: the same bytes. */
function fedArray(data: Tensor['data'], memory: FeedMemory): NumericArray {
  const elements = memory.hold(data as NumericArray);
  if (!(elements instanceof BigInt64Array)) return elements;
  return new Int32Array(elements.buffer, elements.byteOffset, elements.length * 2);
}

const DT_BOOL = 10;

function readTensor(addon: Addon, { id, shape, dtype }: FetchedTensor, name: string): Tensor {
  const data = addon.tensorDataSync(id);
  if (Array.isArray(data)) return new Tensor('string', decodedTexts(data, `the output '${name}'`), shape);
  const type = dtype === DT_BOOL ? 'bool' : dtypeOfArray(data);
  return new Tensor(type as 'float32', data as Float32Array, shape);
}
