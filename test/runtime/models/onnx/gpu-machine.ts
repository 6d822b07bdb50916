import { elfFile } from './elf-file.js';
import { BINDING, PACKAGE } from './machine-of.js';

/** Where NVIDIA's packages for Debian put libraries. */
export const LIBRARIES = '/usr/lib/x86_64-linux-gnu';

/** Of the provider files of ONNX Runtime 1.30. */
const CUDA_NEEDS = [
  'libcublasLt.so.13',
  'libcublas.so.13',
  'libcurand.so.10',
  'libcudart.so.13',
  'libcuda.so.1',
  'libc.so.6',
];
const TENSORRT_NEEDS = [
  'libcublas.so.13',
  'libnvinfer.so.10',
  'libnvonnxparser.so.10',
  'libcudart.so.13',
  'libcudnn.so.9',
];

const CUDNN_PARTS = ['graph', 'ops', 'cnn', 'adv', 'heuristic', 'engines_precompiled', 'engines_runtime_compiled'];

/** The files of a machine that has all that CUDA and TensorRT need. */
export function gpuMachineFiles(): Record<string, string | Uint8Array> {
  const libraries = [
    'libcublasLt.so.13',
    'libcublas.so.13',
    'libcurand.so.10',
    'libcudart.so.13',
    'libcufft.so.12',
    'libcuda.so.1',
    'libc.so.6',
    'libz.so.1',
    'libcudnn.so.9',
    'libnvinfer.so.10',
    'libnvinfer_plugin.so.10',
    'libnvonnxparser.so.10',
  ];
  const parts = CUDNN_PARTS.map((part) => {
    const needed = part === 'graph' ? ['libz.so.1'] : ['libcudnn_graph.so.9', 'libz.so.1'];
    return [`${LIBRARIES}/libcudnn_${part}.so.9`, elfFile({ needed })];
  });
  return {
    [`${PACKAGE}/package.json`]: '{ "version": "1.30.0" }',
    [`${BINDING}/libonnxruntime_providers_shared.so`]: elfFile({ needed: ['libc.so.6'] }),
    [`${BINDING}/libonnxruntime_providers_cuda.so`]: elfFile({ needed: CUDA_NEEDS }),
    [`${BINDING}/libonnxruntime_providers_tensorrt.so`]: elfFile({ needed: TENSORRT_NEEDS }),
    ...Object.fromEntries(libraries.map((name) => [`${LIBRARIES}/${name}`, elfFile()])),
    ...Object.fromEntries(parts),
    '/proc/driver/nvidia/version': driverText('580.65.06'),
    '/proc/driver/nvidia/gpus/0000:1a:00.0/information': 'Model: \t\t NVIDIA L4\nGPU UUID: \t GPU-3b1f\n',
    '/dev/nvidia0': '',
  };
}

export function driverText(version: string): string {
  return `NVRM version: NVIDIA UNIX x86_64 Kernel Module  ${version}  Thu Oct 19 18:56:32 UTC 2025\n`;
}
