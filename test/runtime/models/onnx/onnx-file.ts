/** What a model of a test says of itself; weights and nodes are but names. */
export interface OnnxParts {
  /** Lengths of the axes by input; a text is the name of an axis of free length. */
  readonly inputs?: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs?: readonly string[];
  /** Files that hold weights. */
  readonly weightFiles?: readonly string[];
  /** Files that hold weights of a graph inside of a node. */
  readonly innerWeightFiles?: readonly string[];
  readonly weights?: Uint8Array;
  readonly nodes?: readonly Buffer[];
}

/** An `.onnx` file, as far as its outline goes. */
export function onnxFile(parts: OnnxParts = {}): Buffer {
  const { inputs = {}, outputs = [], weightFiles = [], innerWeightFiles = [], weights, nodes = [] } = parts;
  const graph = message(
    ...nodes.map((node) => [1, node] as const),
    ...weightFiles.map((file) => [5, externalTensor(file)] as const),
    ...(weights ? [[5, message([9, weights])] as const] : []),
    ...Object.entries(inputs).map(([name, axes]) => [11, value(name, axes)] as const),
    ...outputs.map((name) => [12, value(name, [])] as const),
    ...(innerWeightFiles.length > 0 ? [[1, loop(innerWeightFiles)] as const] : []),
  );
  return message([1, 8], [2, 'test'], [7, graph]);
}

/** The node that holds an engine. */
export function engineNode(engine: Uint8Array): Buffer {
  return message(
    [4, 'EPContext'],
    [5, message([1, 'embed_mode'], [3, 1])],
    [5, message([1, 'ep_cache_context'], [4, engine])],
  );
}

function loop(weightFiles: readonly string[]): Buffer {
  const body = message(...weightFiles.map((file) => [5, externalTensor(file)] as const));
  return message([4, 'Loop'], [5, message([1, 'body'], [6, body])]);
}

function externalTensor(file: string): Buffer {
  return message([8, 'W'], [13, message([1, 'offset'], [2, '0'])], [13, message([1, 'location'], [2, file])]);
}

function value(name: string, axes: readonly (number | string)[]): Buffer {
  const shape = message(...axes.map((axis) => [1, message([typeof axis === 'number' ? 1 : 2, axis])] as const));
  return message([1, name], [2, message([1, message([1, 1], [2, shape])])]);
}

/** A message of Protocol Buffers. */
export function message(
  ...fields: readonly (readonly [number: number, value: number | string | Uint8Array])[]
): Buffer {
  const parts = fields.map(([number, content]) => {
    if (typeof content === 'number') return Buffer.from([...varint(number * 8), ...varint(content)]);
    const bytes = Buffer.from(content as Uint8Array);
    return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
  });
  return Buffer.concat(parts);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))];
}
