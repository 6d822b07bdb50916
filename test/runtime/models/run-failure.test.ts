import { describe, expect, it } from 'vitest';
import { runFailure, runtimeReason } from '../../../src/runtime/models/run-failure.js';

/** Texts of ONNX Runtime 1.30, as they came. */
const texts = {
  broadcast:
    "Non-zero status code returned while running Where node. Name:'' Status Message: /onnxruntime_src/onnxruntime/core/providers/cpu/math/element_wise_ops.h:563 void onnxruntime::BroadcastIterator::Init(ptrdiff_t, ptrdiff_t) axis == 1 || axis == largest was false. Attempting to broadcast an axis by a dimension other than 1. 2 by 3\n",
  index:
    "Non-zero status code returned while running Gather node. Name:'' Status Message: indices element out of data bounds, idx=7 must be within the inclusive range [-5,4]",
  opset:
    '/onnxruntime_src/onnxruntime/core/graph/model_load_utils.h:46 void onnxruntime::model_load_utils::ValidateOpsetForDomain(const std::unordered_map<std::__cxx11::basic_string<char>, int>&, const onnxruntime::logging::Logger&, bool, const std::string&, int) ONNX Runtime only *guarantees* support for released opsets.\n',
  external:
    'External data path validation failed for initializer: W. Error: tensorprotoutils.cc:461 ValidateExternalDataPathFromDir External data path does not exist: "x.weights"',
  device:
    '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:154 std::conditional_t<THRW, void, common::Status> onnxruntime::CudaCall(ERRTYPE, const char*, const char*, SUCCTYPE, const char*, const char*, int) [with ERRTYPE = cudaError] CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=h ; file=/onnxruntime_src/cuda_execution_provider.cc ; line=352 ; expr=cudaSetDevice(info_.device_id); ',
  memory:
    "Non-zero status code returned while running MatMul node. Name:'' Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 17179869184\n",
};

describe('runtimeReason()', () => {
  it.each([
    [texts.broadcast, 'its Where node failed: Attempting to broadcast an axis by a dimension other than 1. 2 by 3.'],
    [texts.index, 'its Gather node failed: indices element out of data bounds, idx=7 must be within the inclusive range [-5,4].'], // biome-ignore format: one line a case
    [texts.opset, 'ONNX Runtime only *guarantees* support for released opsets.'],
    [texts.external, 'External data path validation failed for initializer: W. Error: External data path does not exist: "x.weights".'], // biome-ignore format: one line a case
    [texts.memory, 'its MatMul node failed: Failed to allocate memory for requested buffer of size 17179869184.'],
    [texts.device, 'CUDA failure 100: no CUDA-capable device is detected.'],
    [
      'Non-zero status code returned while running Pad node. Status Message: [ONNXRuntimeError] : 1 : FAIL : [with Tin = long int] wrong size',
      'its Pad node failed: wrong size.',
    ],
    ['[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : no such thing', 'no such thing.'],
  ])('leaves out what only the makers of the runtime know: %s', (text, reason) =>
    expect(runtimeReason(text)).toBe(reason),
  );

  it('ends', () => expect(runtimeReason('x'.repeat(10_000)).length).toBeLessThan(500));
});

describe('runFailure()', () => {
  it.each([
    ['broadcast', 'FEEDS_INVALID'],
    ['index', 'FEEDS_INVALID'],
    ['memory', 'MODEL_RUN_FAILED'],
    ['device', 'MODEL_RUN_FAILED'],
  ] as const)('blames the feeds where they are to blame: %s', (name, code) =>
    expect(runFailure('m.onnx', {}, new Error(texts[name])).code).toBe(code),
  );
});
