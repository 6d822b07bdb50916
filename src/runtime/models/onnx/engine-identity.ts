import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { findLibrary } from './library-search.js';
import { fileText, type Machine, realPath, sizeOf, thisMachine } from './machine.js';
import { nvidiaDriver } from './nvidia-driver.js';
import { providerFiles } from './provider-files.js';

/** All that an engine of TensorRT depends on beside the model: where one of it differs, the engine is another. */
export type EngineIdentity = Readonly<Record<string, string>>;

/**
 * What TensorRT would build an engine with and for.
 *
 * The model of the GPU counts, not the card: replicas on other machines with the same GPUs may share a folder. Of a GPU
 * that is cut into slices only the slice is known by its name, so that counts.
 *
 * @param options - Of the session; those that have no part in the graph are left out.
 */
export function engineIdentity(
  deviceId: number,
  options: InferenceSession.SessionOptions,
  machine: Machine = thisMachine(),
): EngineIdentity {
  const { version, gpus } = nvidiaDriver(machine);
  const { CUDA_VISIBLE_DEVICES, NVIDIA_VISIBLE_DEVICES } = machine.environment;
  const visible = CUDA_VISIBLE_DEVICES ?? NVIDIA_VISIBLE_DEVICES ?? '';
  return {
    gpus: gpus.map(({ model }) => model).join(', '),
    slice: visible.includes('MIG-') ? visible : '',
    deviceId: String(deviceId),
    driver: version ?? '',
    onnxRuntime: runtimeVersion(machine),
    tensorrt: tensorrtFile(machine),
    options: graphOptions(options),
  };
}

function runtimeVersion(machine: Machine): string {
  const text = fileText(machine, join(machine.packageFolder ?? '/', 'package.json')) ?? '';
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? '';
}

/** The library's file with its size: pip's copies have no more than the major version in their name. */
function tensorrtFile(machine: Machine): string {
  const asking = providerFiles('tensorrt', machine).files.at(-1);
  const name = asking?.needs?.needed.find((needed) => needed.startsWith('libnvinfer.so.')) ?? 'libnvinfer.so.10';
  const library = findLibrary(name, asking ?? { path: '/', needs: undefined }, machine);
  if (library.state === 'missing') return '';
  const path = realPath(machine, library.path);
  return `${library.version}, ${sizeOf(machine, path)} bytes`;
}

/** Threads, memory and logs of the session are none of the engine's business. */
function graphOptions({ graphOptimizationLevel, extra = {} }: InferenceSession.SessionOptions): string {
  const entries = Object.entries(extra).filter(([key]) => !/^session\.(?:intra|inter)_op/.test(key));
  return JSON.stringify([graphOptimizationLevel ?? '', entries.sort(([a], [b]) => (a < b ? -1 : 1))]);
}
