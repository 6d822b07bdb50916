import { versionIn } from './library-search.js';

/** Minor versions of CUDA whose packages and images are named. */
const CUDA_RELEASE: Readonly<Record<string, string>> = { '12': '12-8', '13': '13-0' };
const IMAGE: Readonly<Record<string, string>> = {
  '12': 'nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04',
  '13': 'nvidia/cuda:13.0.2-cudnn-runtime-ubuntu24.04',
};

/** Debian's packages by library: those of CUDA carry its version, the others that of the library. */
const CUDA_PACKAGES: Readonly<Record<string, string>> = {
  libcudart: 'cuda-cudart',
  libcublas: 'libcublas',
  libcublasLt: 'libcublas',
  libcurand: 'libcurand',
  libcufft: 'libcufft',
  libnvrtc: 'cuda-nvrtc',
  libnvJitLink: 'libnvjitlink',
};
const TENSORRT_PACKAGES: Readonly<Record<string, string>> = {
  libnvinfer: 'libnvinfer',
  libnvinfer_plugin: 'libnvinfer-plugin',
  libnvonnxparser: 'libnvonnxparsers',
};
const SYSTEM_PACKAGES: Readonly<Record<string, string>> = {
  'libz.so.1': 'zlib1g',
  'libstdc++.so.6': 'libstdc++6',
  'libgcc_s.so.1': 'libgcc-s1',
};

/** The package of Debian and Ubuntu that has a library, for NVIDIA's own in NVIDIA's repository. */
function packageOf(library: string, cuda: string): string | undefined {
  const stem = stemOf(library);
  const version = versionIn(library);
  const ofCuda = CUDA_PACKAGES[stem];
  if (ofCuda) return `${ofCuda}-${CUDA_RELEASE[cuda] ?? cuda}`;
  if (stem.startsWith('libcudnn')) return `libcudnn${version}-cuda-${cuda}`;
  const ofTensorrt = TENSORRT_PACKAGES[stem];
  return ofTensorrt ? `${ofTensorrt}${version}` : SYSTEM_PACKAGES[library];
}

function isOfTensorrt(library: string): boolean {
  return Object.hasOwn(TENSORRT_PACKAGES, stemOf(library));
}

function stemOf(library: string): string {
  return library.split('.so')[0] ?? library;
}

/** How to get libraries that are missing, all at once. */
export function installFix(libraries: readonly string[], cuda: string): string {
  const packages = [...new Set(libraries.map((library) => packageOf(library, cuda) ?? `(what has ${library})`))];
  const isInImage = libraries.some((library) => !isOfTensorrt(library));
  const image = IMAGE[cuda] && isInImage ? `, or start from the image ${IMAGE[cuda]}, which has all but TensorRT` : '';
  return `apt-get install ${packages.join(' ')}, from NVIDIA's repository${image}.`;
}
