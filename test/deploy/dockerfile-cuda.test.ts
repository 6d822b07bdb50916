import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as { version: string };
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> };

/** The default of a build argument. */
function argumentOf(dockerfile: string, name: string): string | undefined {
  return new RegExp(`^ARG ${name}=(.+)$`, 'm').exec(read(dockerfile))?.[1];
}

it('Dockerfile.cuda fetches the providers of the locked onnxruntime-node, by checksum', () => {
  const version = argumentOf('Dockerfile.cuda', 'ONNXRUNTIME_VERSION');
  expect(version).toBe(lock.packages['node_modules/onnxruntime-node']?.version);
  expect(read(`scripts/onnxruntime-providers/${version}.txt`)).toContain(`onnxruntime-gpu==${version} --hash=sha256:`);
});

it('scorehost doctor names the image that Dockerfile.cuda takes', () => {
  const image = argumentOf('Dockerfile.cuda', 'CUDA_IMAGE');
  expect(read('src/runtime/models/onnx/library-packages.ts')).toContain(`'13': '${image}'`);
});

it('Dockerfile labels the version of package.json', () => {
  expect(argumentOf('Dockerfile', 'VERSION')).toBe(manifest.version);
});
