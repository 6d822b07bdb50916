import { isThere, type Machine, namesIn } from './machine.js';

/** Where installers put libraries of NVIDIA; `*` stands for a part of a name. */
const FOLDERS = [
  '/usr/local/cuda*/lib64',
  '/usr/local/cuda*/targets/*/lib',
  '/usr/local/cuda*/compat',
  '/usr/local/nvidia/lib64',
  '/usr/local/tensorrt*/lib',
  '/usr/local/lib',
  '/usr/lib/wsl/lib',
  '/opt/*/lib64',
  '/opt/*/lib',
  '/opt/nvidia/*/lib',
];

/** Where Python keeps its packages. */
const PYTHON_FOLDERS = [
  '/usr/local/lib/python3*/*-packages',
  '/usr/lib/python3*/*-packages',
  '/opt/*/lib/python3*/*-packages',
];

/** Packages of pip that hold libraries of NVIDIA: `nvidia-cudnn-cu13` and its like, `tensorrt-cu13-libs`. */
const PYTHON_PACKAGES = ['nvidia/*/lib', 'tensorrt_libs'];

/** Folders of this machine that have libraries of NVIDIA, often, but are not searched by the loader, often. */
export function foldersElsewhere(machine: Machine): string[] {
  const { HOME, VIRTUAL_ENV, CONDA_PREFIX, CUDA_HOME, CUDA_PATH } = machine.environment;
  const python = [
    ...[VIRTUAL_ENV, CONDA_PREFIX, HOME && `${HOME}/.local`].map(
      (folder) => folder && `${folder}/lib/python3*/*-packages`,
    ),
    ...PYTHON_FOLDERS,
  ].filter((folder) => !!folder);
  const patterns = [
    ...[CUDA_HOME, CUDA_PATH].map((folder) => folder && `${folder}/lib64`),
    CONDA_PREFIX && `${CONDA_PREFIX}/lib`,
    ...FOLDERS,
    ...python.flatMap((folder) => PYTHON_PACKAGES.map((name) => `${folder}/${name}`)),
  ].filter((pattern) => !!pattern);
  return [...new Set(patterns.flatMap((pattern) => matches(pattern as string, machine)))];
}

/** The folders that fit a pattern. */
function matches(pattern: string, machine: Machine): string[] {
  let folders = [''];
  for (const part of pattern.split('/').filter((name) => name !== '')) {
    if (!part.includes('*')) folders = folders.map((folder) => `${folder}/${part}`);
    else {
      const fits = new RegExp(`^${part.split('*').map(escaped).join('.*')}$`);
      const inside = (folder: string) => namesIn(machine, folder).filter((name) => fits.test(name));
      folders = folders.flatMap((folder) => inside(folder).map((name) => `${folder}/${name}`));
    }
  }
  return folders.filter((folder) => isThere(machine, folder));
}

function escaped(text: string): string {
  return text.replaceAll(/[.\\+?^${}()|[\]]/g, '\\$&');
}
