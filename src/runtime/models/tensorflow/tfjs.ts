/** TensorFlow.js as the package brings it, as far as it is used here: its types are not there when the host is compiled. */

import type { NumericArray } from '../../../dtype.js';

export interface TfjsTensor {
  readonly id: number;
  readonly dataId: object;
  readonly dtype: 'float32' | 'int32' | 'bool' | 'string' | 'complex64';
  readonly shape: readonly number[];
  /** Does nothing the second time. */
  dispose(): void;
}

/** A tensor that a model declares. */
export interface TfjsValue {
  readonly name: string;
  /** null and -1 are free axes. */
  readonly shape?: readonly (number | null)[];
  readonly dtype?: string;
}

/** What the converter noted of the signature that a graph model was made from. */
export interface GraphSignature {
  readonly inputs?: Readonly<Record<string, GraphSignatureValue>>;
  readonly outputs?: Readonly<Record<string, GraphSignatureValue>>;
}

export interface GraphSignatureValue {
  /** Such as `DT_FLOAT`. */
  readonly dtype?: string;
  readonly tensorShape?: {
    readonly dim?: readonly { readonly size?: string | number }[];
    readonly unknownRank?: boolean;
  };
  /** Of tables, which the model makes itself. */
  readonly resourceId?: number;
}

export interface GraphModel {
  readonly inputs: readonly TfjsValue[];
  readonly outputs: readonly TfjsValue[];
  readonly inputNodes: readonly string[];
  readonly outputNodes: readonly string[];
  readonly modelSignature: GraphSignature | undefined;
  readonly weights: Readonly<Record<string, readonly TfjsTensor[]>>;
  execute(feeds: Record<string, TfjsTensor>, outputs: readonly string[]): TfjsTensor | TfjsTensor[];
  executeAsync(feeds: Record<string, TfjsTensor>, outputs: readonly string[]): Promise<TfjsTensor | TfjsTensor[]>;
  dispose(): void;
}

export interface LayersModel {
  readonly inputs: readonly TfjsValue[];
  readonly outputs: readonly TfjsValue[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  build?(): void;
  predictOnBatch(feeds: TfjsTensor[]): TfjsTensor | TfjsTensor[];
  dispose(): void;
}

export interface Tfjs {
  tensor(values: NumericArray | readonly string[], shape: number[], dtype: string): TfjsTensor;
  /** Takes a tensor out of the scope that it was made in. */
  keep(tensor: TfjsTensor): TfjsTensor;
  loadGraphModel(files: object): Promise<GraphModel>;
  loadLayersModel(files: object): Promise<LayersModel>;
  readonly io: { fileSystem(path: string): object };
  engine(): {
    startScope(): void;
    /** Disposes what was made in the scope, but for what is kept. */
    endScope(): void;
    /** The elements, or the bytes of strings. */
    readSync(dataId: object): NumericArray | Uint8Array[];
  };
  memory(): { readonly numTensors: number };
}
