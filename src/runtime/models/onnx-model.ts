import { createRequire } from 'node:module';
import type { InferenceSession } from 'onnxruntime-node';
import { asError, HostError } from '../../errors.js';
import type { Tensor } from '../../tensor.js';
import type { Model, ModelValue, Tensors } from './model.js';

/** Loads an `.onnx` file into a session on CPU. */
export async function loadOnnxModel(path: string): Promise<Model> {
  // The binding takes 20 to 80 ms and 40 MB to load: only those pay who have a model.
  const { InferenceSession } = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node');
  try {
    // By path, never from bytes: weights in files beside the model are only found from there.
    const session = await InferenceSession.create(path, { executionProviders: ['cpu'] });
    return new OnnxModel(path, session);
  } catch (error) {
    throw new HostError('MODEL_INVALID', `Cannot load the model ${path}: ${asError(error).message}`, {
      cause: error,
      fix: 'Export the model again and copy it whole; one that Git LFS holds is a text of three lines until it is pulled.',
    });
  }
}

class OnnxModel implements Model {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly #path: string;
  readonly #session: InferenceSession;

  constructor(path: string, session: InferenceSession) {
    this.#path = path;
    this.#session = session;
    this.inputs = session.inputMetadata.map(declared);
    this.outputs = session.outputMetadata.map(declared);
  }

  async run(feeds: Tensors): Promise<Record<string, Tensor>> {
    this.#checkNames(Object.keys(feeds));
    for (const input of this.inputs) this.#check(input, feeds[input.name] as Tensor);
    return (await this.#session.run(feeds)) as Record<string, Tensor>;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  #checkNames(given: readonly string[]): void {
    const names = this.inputs.map(({ name }) => name);
    if (names.length === given.length && names.every((name) => given.includes(name))) return;
    const wanted = this.inputs.map(({ name, type, shape }) => `'${name}' (${type} ${shapeText(shape)})`).join(', ');
    const got = given.map((name) => `'${name}'`).join(', ') || 'none';
    throw this.#refused(`it was fed ${got}, but its inputs are ${wanted}`);
  }

  #check({ name, type, shape }: ModelValue, tensor: Tensor): void {
    if (tensor.type !== type) throw this.#refused(`the input '${name}' is ${type}, got ${tensor.type}`);
    const fits =
      tensor.dims.length === shape.length &&
      shape.every((axis, i) => typeof axis === 'string' || axis === tensor.dims[i]);
    if (!fits) throw this.#refused(`the input '${name}' has shape ${shapeText(shape)}, got ${shapeText(tensor.dims)}`);
  }

  #refused(reason: string): HostError {
    return new HostError('MODEL_INVALID', `Cannot run ${this.#path}: ${reason}.`);
  }
}

function declared(value: InferenceSession.ValueMetadata): ModelValue {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: undefined, shape: [] };
}

function shapeText(shape: readonly (number | string)[]): string {
  return `[${shape.map((axis) => (axis === '' ? '?' : axis)).join(', ')}]`;
}
