import type { ExecutionProvider } from '../model-settings.js';
import { driverRequirements } from './driver-requirements.js';
import { libraryRequirements } from './library-requirements.js';
import { type Machine, thisMachine } from './machine.js';
import { cudaVersionOf, providerFiles } from './provider-files.js';
import type { Requirement } from './requirement.js';

export type { Requirement } from './requirement.js';

/**
 * What an execution provider needs of the machine, and what of it is there: its own files, the driver and a device, and
 * NVIDIA's libraries, in this order.
 *
 * ONNX Runtime says no more than that a shared library failed to load, and nothing at all of what else will be missing
 * once that one is there.
 *
 * @returns Nothing for `cpu`, which needs nothing.
 */
export function requirementsOf(provider: ExecutionProvider, machine: Machine = thisMachine()): readonly Requirement[] {
  if (provider === 'cpu') return [];
  const { files, requirements } = providerFiles(provider, machine);
  const cuda = cudaVersionOf(files);
  return [
    ...requirements,
    ...driverRequirements(cuda, files, machine),
    ...libraryRequirements(provider, cuda, files, machine),
  ];
}
