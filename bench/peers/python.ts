import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const INSTALL_MS_MAX = 600_000;
/** The first with wheels of the onnxruntime that the host has, too. */
const PYTHON = '3.11';

const run = promisify(execFile);
const environments = fileURLToPath(new URL('../../node_modules/.cache/peers/', import.meta.url));
export const peersFolder = fileURLToPath(new URL('../peers/', import.meta.url));

/** What is missing of Python; nothing, where there is one that will do. */
export function pythonProblem(): string | undefined {
  const program = `import sys, venv, ensurepip; sys.exit(sys.version_info < (${PYTHON.replace('.', ', ')}))`;
  try {
    execFileSync('python3', ['-c', program], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `there is no python3 of ${PYTHON} or newer with venv here`;
  }
}

/**
 * A virtual environment with what `requirements.txt` of a peer names; a later run finds it again.
 *
 * @returns The folder with its programs.
 */
export async function environmentOf(peer: string): Promise<string> {
  const folder = join(environments, peer);
  const [bin, installed] = [join(folder, 'bin'), join(folder, 'installed.txt')];
  const wanted = requirementsOf(peer);
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return bin;
  console.error(`installing ${wanted.split('\n')[0]} …`);
  await run('python3', ['-m', 'venv', '--clear', folder], { timeout: INSTALL_MS_MAX });
  const args = ['install', '--quiet', '--disable-pip-version-check', '-r', requirementsFile(peer)];
  await run(join(bin, 'pip'), args, { timeout: INSTALL_MS_MAX });
  writeFileSync(installed, wanted);
  return bin;
}

/** A line for each package, the peer's own first. */
export function requirementsOf(peer: string): string {
  return readFileSync(requirementsFile(peer), 'utf8');
}

function requirementsFile(peer: string): string {
  return join(peersFolder, peer, 'requirements.txt');
}
