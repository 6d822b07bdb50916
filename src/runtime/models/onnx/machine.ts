import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/**
 * What is looked at of the machine: files and a few variables. Nothing is run, so that it works in an image without a
 * shell, and in one where a broken library would end the process that loads it.
 */
export interface Machine {
  /** Stands for `/`: empty on a real machine, a folder in tests. All other paths are without it. */
  readonly root: string;
  /** As in `process.platform` and `process.arch`. */
  readonly platform: string;
  readonly arch: string;
  /** For LD_LIBRARY_PATH, and for what says where Python keeps its packages. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the package onnxruntime-node; undefined if it is not installed. */
  readonly packageFolder: string | undefined;
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  const { platform, arch, env: environment } = process;
  return { root: '', platform, arch, environment, packageFolder: packageFolder() };
}

function packageFolder(): string | undefined {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')));
  } catch {
    return undefined;
  }
}

export function fileBytes({ root }: Machine, path: string): Buffer | undefined {
  try {
    return readFileSync(root + path);
  } catch {
    return undefined;
  }
}

export function fileText(machine: Machine, path: string): string | undefined {
  return fileBytes(machine, path)?.toString();
}

/** Names in a folder, sorted; none if there is no such folder, or it may not be read. */
export function namesIn({ root }: Machine, folder: string): string[] {
  try {
    return readdirSync(root + folder).sort();
  } catch {
    return [];
  }
}

export function isThere({ root }: Machine, path: string): boolean {
  return existsSync(root + path);
}

export function isFile({ root }: Machine, path: string): boolean {
  return statSync(root + path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Where the links of a path lead. */
export function realPath({ root }: Machine, path: string): string {
  try {
    return realpathSync(root + path).slice(root.length);
  } catch {
    return path;
  }
}

/** Containers get no GPU unless they are started with one. */
export function isContainer(machine: Machine): boolean {
  const marks = ['/.dockerenv', '/run/.containerenv', '/var/run/secrets/kubernetes.io'];
  return marks.some((path) => isThere(machine, path));
}
