// The image under the real client: npm run test:azure
//
// azure-ai-ml is what `az ml online-deployment create --local` calls. client.py does with it what a user does: deployments
// with a user's image, with code and model, with a model alone, and with an entry module that is broken. The client waits
// 15 s for each container and 5 s more, whatever the container does, so this takes some minutes.
//
// SCOREHOST_AZURE_IMAGE names an image that is there; without it, one is built of the Dockerfile.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pythonEnvironment } from '../../support/python-environment.mjs';

const BUILD_MS_MAX = 900_000;
const CLIENT_MS_MAX = 900_000;
const DOCKER_MS_MAX = 60_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

const root = fileURLToPath(new URL('../../../', import.meta.url));
const here = fileURLToPath(new URL('./', import.meta.url));
const entry = join(root, 'entry-scripts/diabetes');
const run = promisify(execFile);
/** Ctrl-C ends what is running, and then everything is removed all the same; a second one ends this at once. */
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopped.abort());
/** Endpoint and images of this run, so that two at a time do not meet. */
const name = `scorehost-azure-test-${process.pid}`;

/** @returns the Python of an environment that has the client. */
async function installed() {
  const requirements = join(here, 'requirements.txt');
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  return join(await pythonEnvironment(`azure-${hash}`, ['--requirement', requirements], stopped.signal), 'python');
}

async function docker(...args) {
  const { stdout } = await run('docker', args, { timeout: DOCKER_MS_MAX });
  return stdout.trim();
}

async function build(args) {
  const options = { cwd: root, timeout: BUILD_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX, signal: stopped.signal };
  await run('docker', ['build', ...args], options);
}

/** @returns the plain image and the one with the entry module inside. */
async function images(built) {
  let plain = process.env.SCOREHOST_AZURE_IMAGE;
  if (!plain) {
    plain = `${name}:plain`;
    console.log(`building ${plain} …`);
    await build(['--network', 'host', '--tag', plain, '.']);
    built.push(plain);
  }
  const user = `${name}:user`;
  await build(['--tag', user, '--build-arg', `SCOREHOST_IMAGE=${plain}`, entry]);
  built.push(user);
  return { plain, user };
}

/** The client keeps its endpoints in the home folder, which is an empty one here. */
async function runClient(python, { plain, user }, work) {
  stopped.signal.throwIfAborted();
  const [home, folder] = [join(work, 'home'), join(work, 'folder')];
  for (const each of [home, folder]) mkdirSync(each);
  const { PATH = '', DOCKER_HOST } = process.env;
  const args = [
    join(here, 'client.py'),
    ...['--endpoint', name, '--image', plain, '--user-image', user],
    ...['--entry', entry, '--folder', folder],
  ];
  const client = spawn(python, args, {
    env: { PATH, HOME: home, PYTHONDONTWRITEBYTECODE: '1', ...(DOCKER_HOST ? { DOCKER_HOST } : {}) },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true, // Ctrl-C would reach it twice, and the second would end it while it cleans up
    timeout: CLIENT_MS_MAX,
    killSignal: 'SIGINT',
  });
  stopped.signal.addEventListener('abort', () => client.kill('SIGINT'));
  const [code] = await once(client, 'exit');
  return code === 0;
}

/** client.py removes its containers, unless it was killed. The build stage stays in the engine's cache, as after any build. */
async function removeAll(built, work) {
  rmSync(work, { recursive: true, force: true });
  const containers = await docker('ps', '--all', '--quiet', '--filter', `label=endpoint=${name}`);
  if (containers !== '') await docker('rm', '--force', '--volumes', ...containers.split('\n'));
  if (built.length > 0) await docker('rmi', ...built);
}

await docker('info'); // or this ends here, and says why
const python = await installed();
const work = mkdtempSync(join(tmpdir(), 'scorehost-azure-run-'));
const built = [];
try {
  process.exitCode = (await runClient(python, await images(built), work)) ? 0 : 1;
} finally {
  await removeAll(built, work);
}
