import { describe, expect, it } from 'vitest';
import { nvidiaDriver } from '../../../../src/runtime/models/onnx/nvidia-driver.js';
import { machineOf } from './machine-of.js';

const VERSION = '/proc/driver/nvidia/version';

describe('nvidiaDriver()', () => {
  it.each([
    [
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023\nGCC version:  gcc 11.4.0\n',
      '535.129.03',
    ],
    [
      'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs-builder@U22)  Sun Jul 27\n',
      '580.65.06',
    ],
    ['NVRM version: NVIDIA UNIX x86_64 Kernel Module  610.12  Mon Jan 5 00:00:00 UTC 2026\n', '610.12'],
    ['something else', undefined],
  ])('reads the version of %j', (text, version) => {
    expect(nvidiaDriver(machineOf({ [VERSION]: text })).version).toBe(version);
  });

  it('lists the cards by their places on the bus, with what can be opened of them', () => {
    const information = (model: string, uuid: string) =>
      `Model: \t\t ${model}\nIRQ:   \t\t 24\nGPU UUID: \t ${uuid}\nVideo BIOS: \t 92.00\nDevice Minor: \t 0\n`;
    const machine = machineOf({
      '/proc/driver/nvidia/gpus/0000:3b:00.0/information': information('NVIDIA L4', 'GPU-????????-????'),
      '/proc/driver/nvidia/gpus/0000:1a:00.0/information': information('NVIDIA A100-SXM4-40GB', 'GPU-3b1f'),
      '/dev/nvidia0': '',
      '/dev/nvidia12': '',
      '/dev/nvidiactl': '',
      '/dev/nvidia-uvm': '',
    });
    expect(nvidiaDriver(machine)).toEqual({
      version: undefined,
      gpus: [
        { model: 'NVIDIA A100-SXM4-40GB', uuid: 'GPU-3b1f' },
        { model: 'NVIDIA L4', uuid: '' },
      ],
      devices: ['/dev/nvidia0', '/dev/nvidia12'],
    });
  });

  it('knows the device of Windows', () => {
    expect(nvidiaDriver(machineOf({ '/dev/dxg': '' })).devices).toEqual(['/dev/dxg']);
  });

  it('finds nothing on a machine without one', () => {
    expect(nvidiaDriver(machineOf({}))).toEqual({ version: undefined, gpus: [], devices: [] });
  });
});
