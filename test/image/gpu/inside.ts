import { Container, docker, LABEL } from '../docker.js';

/** A container gets no GPU by this, also where Docker gives them to all. */
export const WITHOUT_GPU = ['--env', 'NVIDIA_VISIBLE_DEVICES=void'];

/** What `scorehost doctor` says in a container, and the code that it ends with. */
export function doctorIn(image: string): Promise<{ readonly code: number; readonly logs: string }> {
  const options = ['--read-only', ...WITHOUT_GPU, '--entrypoint', 'scorehost'];
  return Container.runToEnd({ image, options, args: ['doctor'] });
}

/** What the driver and a GPU bring is missing of what CUDA needs, and nothing else. */
export const statesWithoutGpu = {
  'libonnxruntime_providers_shared.so': 'ok',
  'libonnxruntime_providers_cuda.so': 'ok',
  'NVIDIA driver': 'MISSING',
  'libcuda.so.1': 'MISSING',
  'NVIDIA GPU': 'MISSING',
  'libcublasLt.so.13': 'ok',
  'libcublas.so.13': 'ok',
  'libcurand.so.10': 'ok',
  'libcudart.so.13': 'ok',
  'libcudnn.so.9': 'ok',
  'libcufft.so.12': 'ok',
};

/** The part of a doctor's report on a provider. */
export function partOn(provider: 'cuda' | 'tensorrt', report: string): string {
  const [, part] = new RegExp(`\\n {2}${provider} +(.*(?:\\n {4}.*)*)`).exec(report) ?? [];
  if (part === undefined) throw new Error(`the report has no part on ${provider}:\n${report}`);
  return part;
}

/** What a report says of each thing that a provider needs. */
export function statesIn(report: string): Record<string, string> {
  const lines = report.matchAll(/^ +(\S.*?) {2,}(ok|MISSING|WRONG VERSION|not there) /gm);
  return Object.fromEntries([...lines].map(([, what, state]) => [what, state]));
}

/** Runs a command as root in a fresh container. */
export async function shell(image: string, command: string): Promise<string> {
  return docker('run', '--rm', '--label', LABEL, '--user', '0', '--entrypoint', 'sh', image, '-c', command);
}
