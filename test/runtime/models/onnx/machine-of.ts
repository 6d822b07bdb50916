import type { Machine } from '../../../../src/runtime/models/onnx/machine.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

export const PACKAGE = '/app/node_modules/onnxruntime-node';
export const BINDING = `${PACKAGE}/bin/napi-v6/linux/x64`;

/** A machine that has these files and nothing else, at absolute paths. */
export function machineOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  more: Partial<Omit<Machine, 'root'>> = {},
): Machine {
  const root = temporaryFolder(files);
  return { root, platform: 'linux', arch: 'x64', environment: {}, packageFolder: PACKAGE, ...more };
}
