import type { Dtype } from '../../../dtype.js';
import type { ModelValue } from '../model.js';
import type { LayersModel, TfjsTensor, TfjsValue } from './tfjs.js';
import type { TfjsModel } from './tfjs-session.js';

/** A layers model: one that TensorFlow.js has built or trained, or converted from Keras. Names are those of its layers. */
export function layersModel(model: LayersModel): TfjsModel {
  // A sequential model has no names before it is built, which it leaves to its first run.
  if (model.inputNames.length === 0) model.build?.();
  const inputs = model.inputs.map((input, i) => declared(input, model.inputNames, i));
  const outputs = model.outputs.map((output, i) => declared(output, model.outputNames, i));
  return {
    inputs,
    outputs,
    // Its weights are variables, and no output of it is one.
    weightIds: new Set(),
    run(feeds, names) {
      const results = [model.predictOnBatch(inputs.map(({ name }) => feeds[name] as TfjsTensor))].flat();
      const wanted = names.map((name) => outputs.findIndex((output) => output.name === name));
      for (const [i, result] of results.entries()) if (!wanted.includes(i)) result.dispose();
      return wanted.map((i) => results[i] as TfjsTensor);
    },
    dispose: () => void model.dispose(),
  };
}

/** A layer may have several outputs, all of its name: they are told apart by their number. */
function declared({ shape = [], dtype }: TfjsValue, names: readonly string[], i: number): ModelValue {
  const name = names[i] as string;
  const isFirst = names.indexOf(name) === i;
  return {
    name: isFirst ? name : `${name}:${names.slice(0, i).filter((other) => other === name).length}`,
    type: dtype as Dtype,
    shape: shape.map((length) => length ?? ''),
  };
}
