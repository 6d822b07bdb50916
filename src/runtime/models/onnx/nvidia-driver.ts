import { fileText, isThere, type Machine, namesIn } from './machine.js';

/** A graphics card, as the driver shows it. */
export interface Gpu {
  /** Such as `NVIDIA A100-SXM4-40GB`. */
  readonly model: string;
  /** Such as `GPU-3b1f…`; empty where the driver does not tell. */
  readonly uuid: string;
}

/** What the driver of the kernel tells of itself. */
export interface NvidiaDriver {
  /** Such as `580.65.06`; undefined if there is no driver, or it is one of Windows. */
  readonly version: string | undefined;
  /** In the order of their places on the bus, which CUDA need not share. */
  readonly gpus: readonly Gpu[];
  /** Devices that this process can open, such as `/dev/nvidia0`. */
  readonly devices: readonly string[];
}

/**
 * Reads the driver's version and its cards from `/proc/driver/nvidia`: `nvidia-smi` is not in every image. A container
 * sees the driver of its machine there, even one that was started without a GPU.
 */
export function nvidiaDriver(machine: Machine): NvidiaDriver {
  const about = fileText(machine, `${FOLDER}/version`) ?? '';
  // NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (…)
  const [, version] = /^NVRM version:.*?\s(\d+\.\d+(?:\.\d+)?)\s/m.exec(about) ?? [];
  const gpus = namesIn(machine, `${FOLDER}/gpus`).flatMap((place) => gpuAt(machine, place) ?? []);
  return { version, gpus, devices: devices(machine) };
}

const FOLDER = '/proc/driver/nvidia';
/** The graphics card of Windows, in its Subsystem for Linux. */
const WINDOWS_DEVICE = '/dev/dxg';

function gpuAt(machine: Machine, place: string): Gpu | undefined {
  const text = fileText(machine, `${FOLDER}/gpus/${place}/information`);
  if (text === undefined) return undefined;
  const [, model = 'unknown'] = /^Model:\s*(.+?)\s*$/m.exec(text) ?? [];
  const [, uuid = ''] = /^GPU UUID:\s*(.+?)\s*$/m.exec(text) ?? [];
  // The driver writes question marks until somebody has used the card.
  return { model, uuid: uuid.includes('?') ? '' : uuid };
}

function devices(machine: Machine): string[] {
  const cards = namesIn(machine, '/dev').filter((name) => /^nvidia\d+$/.test(name));
  return [...cards.map((name) => `/dev/${name}`), ...(isThere(machine, WINDOWS_DEVICE) ? [WINDOWS_DEVICE] : [])];
}
