import { accessSync, constants, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { asError } from '../errors.js';

/** Something that the machine or image below the host has to have, or that is worth knowing of it. */
export interface BaseFact {
  readonly what: string;
  readonly found: string;
  /** Why the host cannot run, or should not run so. */
  readonly problem?: string;
  readonly fix?: string;
  /** Whether that keeps it from starting. */
  readonly stops?: boolean;
}

/** Where the host would listen, and what it would serve. */
export interface BaseSettings {
  readonly host: string;
  readonly port: number;
  /** Absolute. */
  readonly appRoot: string;
}

/** As `engines` of package.json has it: the lowest of each major version; newer ones have all that is needed. */
const NODE_MIN: Readonly<Record<number, string>> = { 20: '20.19', 21: '22.3', 22: '22.3' };
/** What onnxruntime-node 1.30 is linked against. */
const GLIBC_MIN = '2.28';

/** Looks at what lies below the host: what a base image of your own must have (docs/containers.md). */
export async function baseFacts({ host, port, appRoot }: BaseSettings): Promise<readonly BaseFact[]> {
  return [
    nodeFact(),
    libraryFact(),
    userFact(),
    await addressFact(host, port),
    folderFact('app root', appRoot, constants.R_OK | constants.X_OK),
    temporaryFact(),
  ];
}

function nodeFact(): BaseFact {
  const fact = { what: 'Node', found: process.versions.node };
  const minimum = NODE_MIN[Number.parseInt(process.versions.node, 10)] ?? '20.19';
  if (isAtLeast(process.versions.node, minimum)) return fact;
  return { ...fact, problem: `${minimum} or newer is needed`, fix: 'Take a newer Node, such as 24.', stops: true };
}

function libraryFact(): BaseFact {
  const version = process.platform === 'linux' ? glibcVersion() : undefined;
  if (process.platform !== 'linux') return { what: 'C library', found: `that of ${process.platform}` };
  const fix = `Take a base with glibc ${GLIBC_MIN} or newer, such as Debian or Ubuntu: ONNX Runtime knows no other.`;
  const lacking = { problem: `glibc ${GLIBC_MIN} or newer is needed`, fix, stops: true };
  if (version === undefined) return { what: 'C library', found: 'no glibc (musl, as in Alpine)', ...lacking };
  return { what: 'C library', found: `glibc ${version}`, ...(isAtLeast(version, GLIBC_MIN) ? {} : lacking) };
}

function glibcVersion(): string | undefined {
  // It would look up the names of open connections.
  const report = process.report as typeof process.report & { excludeNetwork: boolean };
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime;
}

function userFact(): BaseFact {
  const user = process.getuid?.();
  if (user === undefined) return { what: 'user', found: 'not told by this system' };
  return { what: 'user', found: user === 0 ? '0, root, whose rights the host does not need' : String(user) };
}

async function addressFact(host: string, port: number): Promise<BaseFact> {
  const failure = await failureToListen(host, port);
  const reach = /^(?:127\.|localhost$|::1$)/.test(host) ? ', reached from this machine or container alone' : '';
  const fact = { what: 'address', found: `${host}, port ${port}${reach}` };
  if (failure === undefined) return fact;
  // A host that runs here already is the one that is asked about, most likely.
  return { ...fact, problem: `cannot be listened on now: ${failure}` };
}

function failureToListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(asError(error).message));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}

function temporaryFact(): BaseFact {
  const fact = folderFact('temporary', tmpdir(), constants.W_OK | constants.X_OK);
  if (fact.problem === undefined) return fact;
  // Read-only containers are fine without one.
  return { what: fact.what, found: `${fact.found} (${fact.problem}: only models of TensorFlow need it)` };
}

function folderFact(what: string, path: string, mode: number): BaseFact {
  const lacking = (problem: string) => ({ what, found: path, problem, fix: `Let this user have ${path}.` });
  try {
    if (!statSync(path).isDirectory()) return lacking('is no folder');
    accessSync(path, mode);
    return { what, found: path };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return lacking('does not exist');
    return lacking(mode & constants.W_OK ? 'cannot be written to' : 'cannot be read');
  }
}

function isAtLeast(version: string, minimum: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [majorMin = 0, minorMin = 0] = minimum.split('.').map(Number);
  return major > majorMin || (major === majorMin && minor >= minorMin);
}
