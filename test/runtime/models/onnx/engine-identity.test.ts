import { describe, expect, it } from 'vitest';
import { engineIdentity } from '../../../../src/runtime/models/onnx/engine-identity.js';
import { elfFile } from './elf-file.js';
import { driverText, gpuMachineFiles, LIBRARIES } from './gpu-machine.js';
import { machineOf, PACKAGE } from './machine-of.js';

const GPU = '/proc/driver/nvidia/gpus/0000:1a:00.0/information';

interface Change {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly deviceId?: number;
  readonly options?: Parameters<typeof engineIdentity>[1];
}

function identity({ files = {}, environment = {}, deviceId = 0, options = {} }: Change = {}) {
  return engineIdentity(deviceId, options, machineOf({ ...gpuMachineFiles(), ...files }, { environment }));
}

describe('engineIdentity()', () => {
  it('names what an engine is built with and for', () => {
    const { length } = elfFile();
    expect(identity()).toEqual({
      gpus: 'NVIDIA L4',
      slice: '',
      deviceId: '0',
      driver: '580.65.06',
      onnxRuntime: '1.30.0',
      tensorrt: `10, ${length} bytes`,
      options: '["",[]]',
    });
  });

  it.each<[string, Change]>([
    ['another model of GPU', { files: { [GPU]: 'Model: NVIDIA A10G\n' } }],
    ['a GPU more', { files: { '/proc/driver/nvidia/gpus/0000:1b:00.0/information': 'Model: NVIDIA L4\n' } }],
    ['a slice of a GPU', { environment: { CUDA_VISIBLE_DEVICES: 'MIG-1a2b' } }],
    ['another device', { deviceId: 1 }],
    ['another driver', { files: { '/proc/driver/nvidia/version': driverText('590.1') } }],
    ['another ONNX Runtime', { files: { [`${PACKAGE}/package.json`]: '{"version": "1.31.0"}' } }],
    ['another TensorRT', { files: { [`${LIBRARIES}/libnvinfer.so.10`]: elfFile({ needed: ['libdl.so.2'] }) } }],
    ['another optimization of the graph', { options: { graphOptimizationLevel: 'basic' } }],
    ['another config entry', { options: { extra: { 'session.disable_cpu_ep_fallback': '1' } } }],
  ])('is another with %s', (_, change) => expect(identity(change)).not.toEqual(identity()));

  it.each<[string, Change]>([
    ['another card of the same model', { files: { [GPU]: 'Model: NVIDIA L4\nGPU UUID: GPU-ffff\n' } }],
    ['the same cards, named', { environment: { CUDA_VISIBLE_DEVICES: 'GPU-3b1f' } }],
    ['other threads and logs', { options: { intraOpNumThreads: 4, logSeverityLevel: 1 } }],
    ['other threads by config entry', { options: { extra: { 'session.intra_op.allow_spinning': '0' } } }],
  ])('is the same with %s', (_, change) => expect(identity(change)).toEqual(identity()));

  it('does not depend on the order of config entries', () => {
    const one = identity({ options: { extra: { a: '1', b: '2' } } });
    expect(identity({ options: { extra: { b: '2', a: '1' } } })).toEqual(one);
  });

  it('can be made on a machine that has nothing of it', () => {
    const nothing = engineIdentity(0, {}, machineOf({}, { packageFolder: undefined }));
    expect(nothing).toMatchObject({ gpus: '', driver: '', onnxRuntime: '', tensorrt: '' });
  });
});
