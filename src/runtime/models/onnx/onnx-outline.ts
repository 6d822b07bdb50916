import { closeSync, openSync } from 'node:fs';
import { type ProtobufField as Field, ProtobufFile } from './protobuf-file.js';

/** What the cache of engines has to know of an `.onnx` file. */
export interface OnnxOutline {
  readonly inputs: readonly OutlineInput[];
  readonly outputs: readonly string[];
  /** Files that hold weights, relative to the folder of the model. */
  readonly weightFiles: readonly string[];
  readonly nodes: number;
  /** Bytes of the engines that providers have compiled into it. */
  readonly engineBytes: number;
}

export interface OutlineInput {
  readonly name: string;
  /** Whether each of its axes has a length. */
  readonly isFixed: boolean;
}

/**
 * Reads the outline of a model without its weights.
 *
 * @returns undefined if the file cannot be read, or is no model or not a whole one.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto: the numbers of the fields.
 */
export function readOnnxOutline(path: string): OnnxOutline | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return outlineOf(new ProtobufFile(file));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const MODEL = { graph: 7 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 } as const;
const NODE = { operator: 4, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, bytes: 4, tensor: 5, graph: 6, tensors: 10, graphs: 11 } as const;
const VALUE = { name: 1, type: 2 } as const;
const TYPE = { tensor: 1 } as const;
const TENSOR_TYPE = { shape: 2 } as const;
const SHAPE = { axis: 1 } as const;
const AXIS = { length: 1 } as const;
const TENSOR = { externalData: 13 } as const;
const ENTRY = { key: 1, value: 2 } as const;

/** The node that stands for what a provider has compiled, and where its bytes are. */
const ENGINE_OPERATOR = 'EPContext';
const ENGINE_ATTRIBUTE = 'ep_cache_context';

function outlineOf(file: ProtobufFile): OnnxOutline | undefined {
  const graphs = [...file.fields()].filter(({ number }) => number === MODEL.graph);
  const [graph] = graphs;
  if (graph === undefined) return undefined;
  const inputs: OutlineInput[] = [];
  const outputs: string[] = [];
  let nodes = 0;
  let engineBytes = 0;
  for (const field of file.fields(graph)) {
    if (field.number === GRAPH.input) inputs.push(inputOf(file, field));
    else if (field.number === GRAPH.output) outputs.push(textOf(file, field, VALUE.name));
    else if (field.number === GRAPH.node) {
      nodes++;
      engineBytes += engineBytesOf(file, field);
    }
  }
  const weightFiles = [...new Set(weightFilesOf(file, graph))];
  return { inputs, outputs, weightFiles, nodes, engineBytes };
}

function inputOf(file: ProtobufFile, value: Field): OutlineInput {
  const shapes = nested(file, value, [VALUE.type, TYPE.tensor, TENSOR_TYPE.shape]);
  const axes = shapes.flatMap((shape) => nested(file, shape, [SHAPE.axis]));
  const isFixed = shapes.length > 0 && axes.every((axis) => nested(file, axis, [AXIS.length]).length > 0);
  return { name: textOf(file, value, VALUE.name), isFixed };
}

function engineBytesOf(file: ProtobufFile, node: Field): number {
  if (textOf(file, node, NODE.operator) !== ENGINE_OPERATOR) return 0;
  const engines = nested(file, node, [NODE.attribute])
    .filter((attribute) => textOf(file, attribute, ATTRIBUTE.name) === ENGINE_ATTRIBUTE)
    .flatMap((attribute) => nested(file, attribute, [ATTRIBUTE.bytes]));
  return engines.reduce((bytes, { start, end }) => bytes + end - start, 0);
}

/** Of the weights of a graph, and of the graphs inside of its nodes. */
function weightFilesOf(file: ProtobufFile, graph: Field): string[] {
  const attributes = nested(file, graph, [GRAPH.node, NODE.attribute]);
  const inside = (number: number) => attributes.flatMap((attribute) => nested(file, attribute, [number]));
  const tensors = [
    ...nested(file, graph, [GRAPH.initializer]),
    ...inside(ATTRIBUTE.tensor),
    ...inside(ATTRIBUTE.tensors),
  ];
  const locations = tensors
    .flatMap((tensor) => nested(file, tensor, [TENSOR.externalData]))
    .filter((entry) => textOf(file, entry, ENTRY.key) === 'location')
    .map((entry) => textOf(file, entry, ENTRY.value));
  const graphs = [...inside(ATTRIBUTE.graph), ...inside(ATTRIBUTE.graphs)];
  return [...locations, ...graphs.flatMap((inner) => weightFilesOf(file, inner))];
}

/** The fields that a path of field numbers leads to. */
function nested(file: ProtobufFile, message: Field, [number, ...rest]: readonly number[]): Field[] {
  const fields = [...file.fields(message)].filter((field) => field.number === number);
  return rest.length === 0 ? fields : fields.flatMap((field) => nested(file, field, rest));
}

function textOf(file: ProtobufFile, message: Field, number: number): string {
  const [field] = nested(file, message, [number]);
  return field ? file.text(field) : '';
}
