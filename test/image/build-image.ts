import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { build, docker, LABEL } from './docker.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The image of this checkout. */
    readonly image: string;
    /** The image that it was built on. */
    readonly nodeImage: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const IMAGE = 'scorehost-test';

/** Builds the image once, for all files. SCOREHOST_TEST_NODE_IMAGE names another base than the Dockerfile does. */
export default async function buildImage({ provide }: TestProject): Promise<() => Promise<void>> {
  const nodeImage = process.env.SCOREHOST_TEST_NODE_IMAGE ?? 'node:24-bookworm-slim';
  await build(IMAGE, root, '--build-arg', `NODE_IMAGE=${nodeImage}`);
  provide('image', IMAGE);
  provide('nodeImage', nodeImage);
  return removeAll;
}

/** The image itself stays: the next build takes its layers. */
async function removeAll(): Promise<void> {
  const containers = await docker('ps', '--all', '--quiet', '--filter', `label=${LABEL}`);
  if (containers !== '') await docker('rm', '--force', '--volumes', ...containers.split('\n'));
  const images = await docker('images', '--format', '{{.Repository}}', '--filter', `reference=${IMAGE}-*`);
  if (images !== '') await docker('rmi', '--force', ...images.split('\n'));
}
