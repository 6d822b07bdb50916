import type { Dtype } from '../../../dtype.js';
import type { ModelValue } from '../model.js';
import { inScope } from './in-scope.js';
import { inputRefused, rankUnknown, UNKNOWN_SHAPE } from './model-values.js';
import type { GraphModel, GraphSignatureValue, Tfjs, TfjsTensor, TfjsValue } from './tfjs.js';
import type { TfjsModel } from './tfjs-session.js';

/** A node of a graph model in its `model.json`, as far as it tells the type of what it computes. */
export interface GraphNode {
  readonly name: string;
  readonly attr?: Readonly<Record<string, { readonly type?: string }>>;
}

/** An input or output, as far as the file declares it. */
interface DeclaredValue {
  readonly name: string;
  readonly type: Dtype | undefined;
  readonly shape: ModelValue['shape'] | undefined;
}

/** What TensorFlow.js computes in, for the types that a graph declares. */
const computedTypes: Readonly<Record<string, Dtype>> = {
  DT_FLOAT: 'float32',
  DT_HALF: 'float32',
  DT_DOUBLE: 'float32',
  DT_INT32: 'int32',
  DT_INT64: 'int32',
  DT_INT8: 'int32',
  DT_UINT8: 'int32',
  DT_BOOL: 'bool',
  DT_STRING: 'string',
};

/** Attributes of a node that tell the type of its output, the surest first. */
const TYPE_ATTRIBUTES = ['dtype', 'output_type', 'out_type', 'DstT', 'T'];

/** It has control flow, or an operator that looks at its inputs: only found out by trying. */
const WANTS_ASYNC = /Please use model\.executeAsync\(\)/;

/**
 * A graph model: what the converter of TensorFlow.js makes of a SavedModel. Inputs and outputs have the names of the
 * signature, or those of their nodes where it came without one.
 *
 * @param nodes - Of its `model.json`.
 * @throws {HostError} `MODEL_INVALID` for an input that cannot be fed.
 */
export function graphModel(tfjs: Tfjs, path: string, model: GraphModel, nodes: readonly GraphNode[]): TfjsModel {
  const { inputs, outputs } = declaredValues(model, nodes);
  let wantsAsync = false;
  const runAsync = (feeds: Record<string, TfjsTensor>, names: readonly string[]) =>
    inScope(tfjs, async () => [await model.executeAsync({ ...feeds }, names)].flat());
  return {
    inputs: inputs.map((input) => fedInput(path, input)),
    outputs: outputs.map(({ name, type, shape }) => ({ name, type: type ?? 'float32', shape: shape ?? UNKNOWN_SHAPE })),
    weightIds: new Set(Object.values(model.weights).flatMap((tensors) => tensors.map(({ id }) => id))),
    run(feeds, names) {
      if (wantsAsync) return runAsync(feeds, names);
      try {
        // A copy, as the model adds what it has made itself: tables.
        return [model.execute({ ...feeds }, names)].flat();
      } catch (error) {
        wantsAsync = WANTS_ASYNC.test(String(error));
        if (!wantsAsync) throw error;
        return runAsync(feeds, names);
      }
    },
    dispose: () => model.dispose(),
  };
}

function declaredValues(
  model: GraphModel,
  nodes: readonly GraphNode[],
): { readonly inputs: readonly DeclaredValue[]; readonly outputs: readonly DeclaredValue[] } {
  const { inputs = {}, outputs = {} } = model.modelSignature ?? {};
  const fed = Object.entries(inputs).filter(([, { resourceId }]) => resourceId === undefined);
  const fetched = Object.entries(outputs);
  return {
    inputs:
      fed.length > 0
        ? fed.map(([name, value]) => ofSignature(name, value, false)).sort(byName)
        : model.inputs.map(ofNode),
    outputs:
      fetched.length > 0
        ? fetched.map(([name, value]) => ofSignature(name, value, true)).sort(byName)
        : model.outputs.map((output, i) => ({
            ...ofNode(output),
            name: model.outputNodes[i] as string,
            type: typeOfNode(nodes.find(({ name }) => name === output.name)),
          })),
  };
}

/** Outputs that the signature has as int64 are given as such; inputs are checked against what they are computed in. */
function ofSignature(name: string, { dtype = '', tensorShape }: GraphSignatureValue, isOutput: boolean): DeclaredValue {
  const shape = tensorShape?.unknownRank
    ? undefined
    : (tensorShape?.dim ?? []).map(({ size }) => axis(Number(size ?? 0)));
  return { name, type: isOutput && dtype === 'DT_INT64' ? 'int64' : computedTypes[dtype], shape };
}

function ofNode({ name, dtype, shape }: TfjsValue): DeclaredValue {
  return { name, type: (dtype ?? undefined) as Dtype | undefined, shape: shape?.map((length) => axis(length ?? -1)) };
}

function typeOfNode(node: GraphNode | undefined): Dtype | undefined {
  const types = TYPE_ATTRIBUTES.flatMap((name) => node?.attr?.[name]?.type ?? []);
  return computedTypes[types[0] ?? ''];
}

function axis(length: number): number | '' {
  return length < 0 ? '' : length;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function fedInput(path: string, { name, type, shape }: DeclaredValue): ModelValue {
  const fix = 'Convert the model with an input of float32, int32, bool or string.';
  if (type === undefined) throw inputRefused(path, name, 'has a type that TensorFlow.js cannot be fed', fix);
  if (shape === undefined) throw rankUnknown(path, name);
  return { name, type, shape };
}
