import { type Asking, findLibrary, major } from './library-search.js';
import { isContainer, type Machine } from './machine.js';
import { type NvidiaDriver, nvidiaDriver } from './nvidia-driver.js';
import type { Requirement } from './requirement.js';

/**
 * The oldest driver for each major version of CUDA.
 *
 * @see https://docs.nvidia.com/cuda/cuda-toolkit-release-notes: minor version compatibility.
 */
const DRIVER_MIN: Readonly<Record<string, number>> = { '11': 450, '12': 525, '13': 580 };

/** The part of the driver that programs load; it is not in images, but comes from the machine. */
const DRIVER_LIBRARY = 'libcuda.so.1';

const FIX_CONTAINER =
  'Start the container with its GPUs: docker run --gpus all, on a machine with the driver and the NVIDIA Container ' +
  'Toolkit; in Kubernetes with a limit of nvidia.com/gpu: 1. Without that it has neither driver nor device.';

/** The driver of the kernel, its library, and a device: they come together, or not at all. */
export function driverRequirements(cuda: string, asking: readonly Asking[], machine: Machine): Requirement[] {
  const driver = nvidiaDriver(machine);
  const library = findLibrary(DRIVER_LIBRARY, asking.at(-1) ?? { path: '/', needs: undefined }, machine);
  const oldest = DRIVER_MIN[cuda];
  const fix = isContainer(machine) ? FIX_CONTAINER : fixOnMachine(oldest);
  const libraryFound = library.state === 'found' ? `${library.path} (${library.version})` : undefined;
  return [
    driverRequirement(driver, oldest, library.state === 'found' ? library.version : '', fix),
    {
      what: DRIVER_LIBRARY,
      wanted: 'of the driver',
      found: libraryFound,
      problem: libraryFound ? undefined : libraryProblem(library),
      fix: libraryFound ? undefined : fix,
    },
    deviceRequirement(driver, fix),
  ];
}

function driverRequirement(
  { version, devices }: NvidiaDriver,
  oldest: number | undefined,
  libraryVersion: string,
  fix: string,
): Requirement {
  const row = { what: 'NVIDIA driver', wanted: oldest === undefined ? 'any' : `${oldest} or newer` };
  const met = (found: string) => ({ ...row, found, problem: undefined, fix: undefined });
  if (version === undefined) {
    if (devices.length > 0) return met('that of Windows, whose version cannot be seen');
    return { ...row, found: undefined, problem: 'not found', fix };
  }
  const isEnough = (text: string) => oldest === undefined || Number(major(text)) >= oldest;
  if (isEnough(version)) return met(version);
  // In data centres a newer library may stand on an older driver.
  if (isEnough(libraryVersion)) return met(`${version}, with a library of ${libraryVersion}`);
  return {
    ...row,
    found: version,
    problem: `wanted ${oldest} or newer, found ${version}`,
    fix: `Update the driver of the machine, not of the image, to ${oldest} or newer.`,
  };
}

function libraryProblem(library: ReturnType<typeof findLibrary>): string {
  if (library.state === 'elsewhere') return `it lies at ${library.path}, where the loader does not look`;
  return library.state === 'broken' ? `${library.path} is no shared library` : 'not found';
}

function deviceRequirement({ gpus, devices }: NvidiaDriver, fix: string): Requirement {
  const row = { what: 'NVIDIA GPU', wanted: 'at least one' };
  const models = gpus.map(({ model }) => model).join(', ');
  if (devices.length > 0) {
    const found = models ? `${models} (${devices.join(', ')})` : devices.join(', ');
    return { ...row, found, problem: undefined, fix: undefined };
  }
  const problem = models ? `the machine has ${models}, but there is no /dev/nvidia0` : 'there is no /dev/nvidia0';
  return { ...row, found: undefined, problem, fix };
}

function fixOnMachine(oldest: number | undefined): string {
  const driver = oldest === undefined ? 'the NVIDIA driver' : `the NVIDIA driver, ${oldest} or newer`;
  return `Install ${driver} (ubuntu-drivers install), and see that nvidia-smi lists a GPU. In a container: docker run --gpus all.`;
}
