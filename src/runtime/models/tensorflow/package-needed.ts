import { HostError } from '../../../errors.js';
import type { ModelFile } from '../model-format.js';

const PACKAGE = '@tensorflow/tfjs-node';
const INSTALL = `npm install ${PACKAGE}@4.22.0 --ignore-scripts=false`;
const REBUILD = `npm rebuild ${PACKAGE} --ignore-scripts=false`;
/** npm 12 runs no install script that nobody has approved, and says so only in passing. */
const APPROVE = `npm approve-scripts ${PACKAGE}`;

/** @param packageFolders - Where it was looked for, besides the host's own packages. */
export function notInstalled({ path, format }: ModelFile, packageFolders: readonly string[]): HostError {
  const [folder] = packageFolders;
  const needs = `it needs the package ${PACKAGE}, which is not installed`;
  return new HostError('MODEL_INVALID', `Cannot load the model ${path}: ${needs}.`, {
    fix: lines(
      `Install it beside the entry module${folder === undefined ? '' : `, in ${folder}`}:`,
      `  ${INSTALL}`,
      'npm 12 and newer leave its install script out until it is approved, and run it then:',
      `  ${APPROVE} && ${REBUILD}`,
      ...otherWays({ path, format }),
    ),
  });
}

/**
 * @param folder - Of the package.
 * @param cause - Why the addon cannot be loaded, where it is there.
 */
export function withoutAddon({ path, format }: ModelFile, folder: string, cause?: Error): HostError {
  const reason = cause
    ? `${PACKAGE} cannot be loaded from ${folder}: ${firstLine(cause)}`
    : `${PACKAGE} in ${folder} has no native addon: its install script has not run`;
  return new HostError('MODEL_INVALID', `Cannot load the model ${path}: ${reason}.`, {
    ...(cause ? { cause } : {}),
    fix: lines(
      'Let its install script run, which downloads libtensorflow:',
      `  ${REBUILD}`,
      'npm 12 and newer want it approved first:',
      `  ${APPROVE}`,
      ...otherWays({ path, format }),
    ),
  });
}

function otherWays({ path, format }: ModelFile): string[] {
  const source = format === 'tfjs' ? `--tfjs ${path}` : `--saved-model ${path}`;
  return [
    'Where libtensorflow cannot be downloaded, the addon is built with that of the Python package tensorflow-cpu:',
    `  npm install ${PACKAGE}@4.22.0 --ignore-scripts && PATH/TO/scorehost/scripts/build-tfjs-node .`,
    'Or do without TensorFlow, and convert the model to ONNX:',
    `  python -m tf2onnx.convert ${source} --output model.onnx`,
  ];
}

/** A fix of several lines, as it is printed behind `Fix: `. */
function lines(...texts: readonly string[]): string {
  return texts.join('\n     ');
}

function firstLine({ message }: Error): string {
  return message.split('\n', 1)[0] as string;
}
