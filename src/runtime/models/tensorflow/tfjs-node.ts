import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NumericArray } from '../../../dtype.js';
import { asError } from '../../../errors.js';
import { findManifests } from '../../../optional-package.js';
import type { ModelFile } from '../model-format.js';
import type { ModelSettings } from '../model-settings.js';
import { notInstalled, withoutAddon } from './package-needed.js';
import type { Tfjs } from './tfjs.js';

/** A tensor that a run left behind; `dtype` is a number of TensorFlow's `DataType`. */
export interface FetchedTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The native addon of tfjs-node, as far as SavedModels need it. Tensors and models are numbers to it. */
export interface Addon {
  /** @param data - Elements, or the bytes of strings. int64 is an Int32Array of twice the length. */
  createTensor(shape: number[], dtype: number, data: NumericArray | Uint8Array[]): number;
  deleteTensor(id: number): void;
  /** Elements, or the bytes of strings. int64 is a BigInt64Array. */
  tensorDataSync(id: number): NumericArray | Uint8Array[];
  /** @param tags - Separated by commas, as all names are. */
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(id: number, feeds: number[], fedTensors: string, fetchedTensors: string): FetchedTensor[];
  deleteSavedModel(id: number): void;
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
  readonly TF_Version: string;
}

/** Where the package is; without `addonPath` it was installed, and its install script did not run. */
export interface FoundPackage {
  readonly folder: string;
  readonly addonPath: string | undefined;
}

/** A package that can be used. */
interface UsablePackage extends FoundPackage {
  readonly addonPath: string;
}

/** Versions of Node-API that the package is built for, the newest first. */
const NODE_API_VERSIONS = [8, 7, 6, 5, 4, 3];

const require = createRequire(import.meta.url);

/**
 * The native addon of tfjs-node, which alone is needed to run a SavedModel: without the JavaScript around it a worker is
 * ready half a second earlier, and 40 MB smaller. It is loaded once per process, by the first model.
 *
 * @throws {HostError} `MODEL_INVALID` if the package or its addon is not there.
 */
export function tfjsNodeAddon(file: ModelFile, settings: ModelSettings): Addon {
  const { folder, addonPath } = usablePackage(file, settings);
  prepareTensorFlow(settings);
  try {
    return require(addonPath) as Addon;
  } catch (error) {
    throw withoutAddon(file, folder, asError(error));
  }
}

/**
 * The whole of tfjs-node: TensorFlow.js, computing by the addon.
 *
 * @throws {HostError} `MODEL_INVALID` if the package or its addon is not there.
 */
export function tfjsNode(file: ModelFile, settings: ModelSettings): Tfjs {
  const { folder } = usablePackage(file, settings);
  prepareTensorFlow(settings);
  restoreNodeUtil();
  try {
    return require(folder) as Tfjs;
  } catch (error) {
    throw withoutAddon(file, folder, asError(error));
  }
}

function usablePackage(file: ModelFile, { packageFolders }: ModelSettings): UsablePackage {
  const found = findTfjsNode(packageFolders);
  if (!found) throw notInstalled(file, packageFolders);
  const { folder, addonPath } = found;
  if (addonPath === undefined) throw withoutAddon(file, folder);
  return { folder, addonPath };
}

/** What TensorFlow reads from the environment when it is loaded, unless the operator has set it. */
function prepareTensorFlow({ intraOpThreads }: ModelSettings): void {
  const { env } = process;
  // Errors only. What fails a run is thrown as well, and the rest tells how TensorFlow was built.
  env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  if (intraOpThreads === 0) return;
  env.TF_NUM_INTRAOP_THREADS ??= String(intraOpThreads);
  // Its other pool runs nodes beside each other, on as many threads as the machine has cores.
  env.TF_NUM_INTEROP_THREADS ??= String(intraOpThreads);
}

/**
 * tfjs-node 4.22 computes with two functions of `node:util` that Node 23 has removed, or warns of (tensorflow/tfjs#8425).
 */
function restoreNodeUtil(): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}

/**
 * Looks for the package beside these folders, and where the host has its own. One with its addon is preferred.
 *
 * @param host - A file of the host.
 */
export function findTfjsNode(folders: readonly string[], host?: string): FoundPackage | undefined {
  const found = findManifests('@tensorflow/tfjs-node', folders, host).map((manifest) => {
    const folder = dirname(manifest);
    return { folder, addonPath: findAddon(folder) };
  });
  return found.find(({ addonPath }) => addonPath !== undefined) ?? found[0];
}

function findAddon(folder: string): string | undefined {
  return NODE_API_VERSIONS.filter((version) => version <= Number(process.versions.napi))
    .map((version) => join(folder, 'lib', `napi-v${version}`, 'tfjs_binding.node'))
    .find((path) => existsSync(path));
}
