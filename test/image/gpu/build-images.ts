import { docker } from '../docker.js';
import { buildBase, buildHost, cuda13, GPU_LABEL, host, imageNamed, nodeImage } from './images.js';

/** Builds what several files of tests build on. */
export default async function buildImages(): Promise<() => Promise<void>> {
  try {
    await buildBase(nodeImage, 'node');
    await buildHost(host);
    await buildBase(cuda13, 'cuda');
  } catch (error) {
    await removeAll();
    throw error;
  }
  return removeAll;
}

/** Gigabytes: nothing stays but with SCOREHOST_TEST_KEEP_IMAGES=1, for who mends a Dockerfile and runs this again. */
async function removeAll(): Promise<void> {
  const containers = await docker('ps', '--all', '--quiet', '--filter', `label=${GPU_LABEL}`);
  if (containers !== '') await docker('rm', '--force', '--volumes', ...containers.split('\n'));
  if (process.env.SCOREHOST_TEST_KEEP_IMAGES === '1') return;
  const images = await docker(
    'images',
    '--format',
    '{{.Repository}}:{{.Tag}}',
    '--filter',
    `reference=${imageNamed('*')}`,
  );
  if (images !== '') await docker('rmi', '--force', ...images.split('\n'));
  // The stages, and the steps of builds that failed.
  await docker('image', 'prune', '--force', '--filter', `label=${GPU_LABEL}`);
}
