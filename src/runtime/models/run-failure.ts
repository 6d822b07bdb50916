import { asError, HostError } from '../../errors.js';
import type { Tensors } from './model.js';
import { shapeText } from './shape.js';

/**
 * Texts of a runtime that has run out of something, or lost its device. What else stops a run that was fed right types and
 * shapes is in the numbers: indices out of range, lengths that do not go together, a division by zero.
 */
const BLAMES_MACHINE = /allocat|memory|bad_alloc|CUDA|cuDNN|cuBLAS|cuFFT|TensorRT|released|disposed/i;

/** Longer reasons are stacks. */
const REASON_CHARACTERS_MAX = 400;

/** The error of a run that the runtime began and could not end: on what it ran, and why it failed, without its innards. */
export function runFailure(model: string, feeds: Tensors, thrown: unknown): HostError {
  const text = asError(thrown).message;
  const fed = Object.entries(feeds).map(([name, { type, dims }]) => `'${name}' (${type} ${shapeText(dims)})`);
  const message = `Cannot run ${model} on ${fed.join(', ')}: ${runtimeReason(text)}`;
  return new HostError(BLAMES_MACHINE.test(text) ? 'MODEL_RUN_FAILED' : 'FEEDS_INVALID', message, { cause: thrown });
}

/**
 * What a runtime says, for a person who does not have its source: no files of its build, no C++ signatures, no codes.
 *
 * @returns A sentence with its full stop.
 */
export function runtimeReason(text: string): string {
  const [, node] = /while running (\w+) node/.exec(text) ?? [];
  const [, cuda] = /(CUDA failure \d+: .*?) ;/.exec(text) ?? [];
  const reason = (cuda ?? text)
    .replace(/^.*Status Message: /s, '')
    .replace(/\[ONNXRuntimeError\] : \d+ : \w+ : /g, '')
    .replace(/\[with [^\]]*\] ?/g, '')
    // `/onnxruntime_src/…/element_wise_ops.h:563 void onnxruntime::BroadcastIterator::Init(…) CONDITION was false. `
    .replace(/\S+\.(?:h|cc|cpp|cuh?):\d+ (?:[^.]*?\) |\w+ )?(?:.* was false\. )?/gs, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, REASON_CHARACTERS_MAX);
  const sentence = /[.!?]$/.test(reason) ? reason : `${reason}.`;
  return node ? `its ${node} node failed: ${sentence}` : sentence;
}
