import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsOf, numberOf, partsOf, textOf } from './protobuf.js';

/** An input or output of a signature. */
export interface SignatureValue {
  /** Its key in the signature: what callers know it by. */
  readonly name: string;
  /** The tensor of the graph that it is, such as `serving_default_image:0`; none if it is no single tensor. */
  readonly tensor: string | undefined;
  /** A number of TensorFlow's `DataType`: see `dataTypeName()`. */
  readonly dataType: number;
  /** Lengths of the axes, an empty text for a free one; undefined if not even their number is known. */
  readonly shape: readonly (number | '')[] | undefined;
}

/** What can be asked of a SavedModel. */
export interface Signature {
  readonly name: string;
  /** In the order of their names: a SavedModel keeps none. */
  readonly inputs: readonly SignatureValue[];
  readonly outputs: readonly SignatureValue[];
}

/** One graph of a SavedModel: there may be others, for training or another device. */
export interface MetaGraph {
  readonly tags: readonly string[];
  readonly signatures: readonly Signature[];
}

export const SAVED_MODEL_FILE = 'saved_model.pb';

/** Not meant to be run by anyone but the loader. */
const INIT_SIGNATURE = '__saved_model_init_op';

/**
 * The graphs of a SavedModel folder, with what can be asked of each.
 *
 * tfjs-node has a function for this as well. It refuses the whole model for one type that it does not know, in whichever
 * signature, and does not tell a shape of no axes from one that is not known.
 *
 * @throws {RangeError} if `saved_model.pb` is none.
 */
export function readMetaGraphs(folder: string): MetaGraph[] {
  const bytes = readFileSync(join(folder, SAVED_MODEL_FILE));
  const graphs = [...partsOf(bytes, 2)].map(metaGraph);
  if (graphs.length === 0) throw new RangeError('there is no graph in it');
  return graphs;
}

/** Whether its graphs have variables, and the file of their values is missing: it would load, and fail to run. */
export function lacksVariables(folder: string): boolean {
  if (existsSync(join(folder, 'variables', 'variables.index'))) return false;
  const graphs = readFileSync(join(folder, SAVED_MODEL_FILE));
  return graphs.includes('VarHandleOp') || graphs.includes('VariableV2');
}

// The numbers of the fields are those of TensorFlow's saved_model.proto, meta_graph.proto and tensor_shape.proto.

function metaGraph(bytes: Uint8Array): MetaGraph {
  const [info = new Uint8Array()] = partsOf(bytes, 1);
  const signatures = [...partsOf(bytes, 5)]
    .map((entry) => ({ name: textOf(entry, 1), bytes: entryValue(entry) }))
    .filter(({ name }) => name !== INIT_SIGNATURE)
    .map(({ name, bytes }) => ({ name, inputs: valuesOf(bytes, 1), outputs: valuesOf(bytes, 2) }));
  return {
    tags: [...partsOf(info, 4)].map((tag) => Buffer.from(tag).toString('utf8')),
    signatures: signatures.sort(byName),
  };
}

/** The value of an entry of a map. */
function entryValue(entry: Uint8Array): Uint8Array {
  const [value = new Uint8Array()] = partsOf(entry, 2);
  return value;
}

function valuesOf(signature: Uint8Array, number: number): SignatureValue[] {
  const values = [...partsOf(signature, number)].map((entry) => {
    const info = entryValue(entry);
    const [shape] = partsOf(info, 3);
    const dataType = numberOf(info, 2);
    return {
      name: textOf(entry, 1),
      tensor: textOf(info, 1) || undefined,
      // A reference to a type, as the graphs of TensorFlow 1 have them, is fed and fetched as that type.
      dataType: dataType > 100 ? dataType - 100 : dataType,
      shape: shape && shapeOf(shape),
    };
  });
  return values.sort(byName);
}

function shapeOf(bytes: Uint8Array): (number | '')[] | undefined {
  const shape: (number | '')[] = [];
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === 3 && value === 1n) return undefined;
    if (number !== 2 || typeof value === 'bigint') continue;
    const length = numberOf(value, 1);
    shape.push(length < 0 ? '' : length);
  }
  return shape;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
