import { createRequire } from 'node:module';

export type Binding = typeof import('onnxruntime-node');

/** The binding takes 20 to 80 ms and 40 MB to load: only those pay who have a model. */
export function onnxRuntime(): Binding {
  return createRequire(import.meta.url)('onnxruntime-node') as Binding;
}
