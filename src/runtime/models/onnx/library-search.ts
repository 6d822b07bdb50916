import { basename, dirname, isAbsolute, join } from 'node:path';
import { type LibraryNeeds, readLibraryNeeds } from './elf-needed.js';
import { foldersElsewhere } from './library-folders.js';
import { loaderCache } from './loader-cache.js';
import { isFile, type Machine, namesIn, realPath } from './machine.js';

/** A library on disk. */
export interface LibraryFile {
  /** As the loader finds it. */
  readonly path: string;
  /** What stands behind `.so.` in the name of the file that the path leads to: `13.0.96`, or `13` alone. */
  readonly version: string;
}

/** What a search for a library came to. */
export type Found =
  | (LibraryFile & { readonly state: 'found'; readonly needs: LibraryNeeds })
  /** It is there, but is no library: cut off, or a pointer of Git LFS. The loader looks no further. */
  | (LibraryFile & { readonly state: 'broken' })
  /** It lies where the loader does not look. */
  | (LibraryFile & { readonly state: 'elsewhere' })
  /** Only another major version is there. */
  | (LibraryFile & { readonly state: 'other version' })
  | { readonly state: 'missing' };

/** Who asks for a library: its own folders are searched for it, too. */
export interface Asking {
  readonly path: string;
  /** undefined: it is not there itself, or cannot be read. */
  readonly needs: LibraryNeeds | undefined;
}

/**
 * Looks for a library as the dynamic loader of glibc does: in the asking file's own folders, those of LD_LIBRARY_PATH,
 * the loader's index, the system's folders. Where it would find nothing, the search goes on to the places that
 * installers use, and to other versions, to say what is wrong.
 *
 * @param name - With its major version: `libcudart.so.13`.
 */
export function findLibrary(name: string, asking: Asking, machine: Machine): Found {
  const cache = loaderCache(machine);
  const folders = loaderFolders(asking, machine);
  const paths = [
    ...folders.before.map((folder) => join(folder, name)),
    ...(cache.get(name) ?? []),
    ...folders.after.map((folder) => join(folder, name)),
  ];
  const loaded = firstOf(paths, asking, machine);
  if (loaded) return loaded;

  const elsewhere = foldersElsewhere(machine);
  const astray = elsewhere.map((folder) => join(folder, name)).find((path) => isFile(machine, path));
  if (astray) return { state: 'elsewhere', ...libraryFile(astray, machine) };

  const others = [
    ...[...cache].flatMap(([cached, places]) => (isOtherVersion(cached, name) ? places : [])),
    ...[...folders.before, ...folders.after, ...elsewhere].flatMap((folder) =>
      namesIn(machine, folder)
        .filter((file) => isOtherVersion(file, name))
        .map((file) => join(folder, file)),
    ),
  ];
  const other = others.find((path) => isFile(machine, path));
  return other ? { state: 'other version', ...libraryFile(other, machine) } : { state: 'missing' };
}

/** Where the loader looks: before its index, and after it. */
function loaderFolders({ path, needs }: Asking, machine: Machine): Record<'before' | 'after', readonly string[]> {
  const own = (folders: readonly string[] = []) =>
    folders.map((folder) => folder.replaceAll(/\$(?:ORIGIN\b|\{ORIGIN\})/g, dirname(path)));
  const hasRunpath = (needs?.runpath.length ?? 0) > 0;
  return {
    before: [...(hasRunpath ? [] : own(needs?.rpath)), ...variableFolders(machine), ...own(needs?.runpath)],
    after: systemFolders(machine),
  };
}

function variableFolders({ environment }: Machine): string[] {
  const list = environment.LD_LIBRARY_PATH;
  if (!list) return [];
  // An empty part means the folder that the process was started in; it is never meant.
  return list.split(/[:;]/).filter((folder) => isAbsolute(folder));
}

/** Names of Debian's folders per instruction set, by Node's name of it. */
const MULTIARCH: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

function systemFolders({ arch }: Machine): string[] {
  const multiarch = MULTIARCH[arch];
  const debian = multiarch ? [`/lib/${multiarch}`, `/usr/lib/${multiarch}`] : [];
  return [...debian, '/lib64', '/usr/lib64', '/lib', '/usr/lib'];
}

/** The first that is there, but for those of another instruction set, which the loader steps over. */
function firstOf(paths: readonly string[], { needs: asking }: Asking, machine: Machine): Found | undefined {
  for (const path of paths) {
    if (!isFile(machine, path)) continue;
    const file = libraryFile(path, machine);
    const needs = readLibraryNeeds(machine.root + path);
    if (needs === undefined) return { state: 'broken', ...file };
    const fits = asking === undefined || needs.instructionSet === asking.instructionSet;
    if (fits) return { state: 'found', ...file, needs };
  }
  return undefined;
}

function libraryFile(path: string, machine: Machine): LibraryFile {
  return { path, version: versionIn(basename(realPath(machine, path))) };
}

/** What stands behind `.so.`; empty if nothing does. */
export function versionIn(name: string): string {
  return /\.so\.(.+)$/.exec(name)?.[1] ?? '';
}

/** Whether a name is that of the same library in another major version. */
function isOtherVersion(name: string, wanted: string): boolean {
  const stem = wanted.slice(0, wanted.indexOf('.so') + '.so'.length);
  return name.startsWith(`${stem}.`) && major(versionIn(name)) !== major(versionIn(wanted));
}

export function major(version: string): string {
  return version.split('.')[0] ?? '';
}
