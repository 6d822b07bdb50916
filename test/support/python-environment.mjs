// Programs of Python for the tests, each in a virtual environment of its own in the temporary folder, which later runs find again.
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const INSTALL_MS_MAX = 600_000;

const run = promisify(execFile);

/**
 * @param name - Of the environment; with the version in it, so that another version is another environment.
 * @param requirements - What pip is told to install, such as `['kubernetes-validate==1.37.0']`, or `['--requirement', FILE]`.
 * @param signal - Ends the installation.
 * @returns the folder with its programs.
 */
export async function pythonEnvironment(name, requirements, signal) {
  const folder = join(tmpdir(), `scorehost-${name}`);
  const [bin, whole] = [join(folder, 'bin'), join(folder, 'installed')];
  if (existsSync(whole)) return bin;
  console.log(`installing ${name} in ${folder} …`);
  const options = { timeout: INSTALL_MS_MAX, signal };
  await run('python3', ['-m', 'venv', '--clear', folder], options);
  await run(join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...requirements], options);
  writeFileSync(whole, '');
  return bin;
}
