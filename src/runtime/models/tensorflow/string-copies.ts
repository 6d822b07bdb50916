import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCopyFolder } from './copy-folder.js';
import { DT_STRING } from './data-type.js';
import { numberField, partField, partsOf } from './protobuf.js';
import { SAVED_MODEL_FILE } from './saved-model-file.js';

/** A SavedModel that was made of another, with copies of some of its tensors. */
export interface StringCopies {
  /** The changed graph, and links to the other files of the original. */
  readonly folder: string;
  /** The copies, by the tensors that they are of. */
  readonly tensors: ReadonlyMap<string, string>;
  /** Removes the folder; otherwise it goes with the process, or if that is killed with the next one. */
  remove(): void;
}

/** To be fed an empty string on every run. */
export const EMPTY_STRING_TENSOR = 'scorehost/empty:0';

/**
 * Makes a SavedModel whose texts can be fetched again and again.
 *
 * Before the addon deletes a fetched tensor of strings it clears the strings, whoever else holds them: where an output is
 * a constant of the graph, such as the labels of the classes, all runs but the first would give empty strings. So each
 * such output gets a node behind it that joins it with an empty string: a copy. That string is fed, because TensorFlow
 * would compute the copy of a constant once, and make a constant of it.
 *
 * @param graphIndex - Which of the graphs of the file is meant: it is the only one of the copy.
 */
export function writeStringCopies(
  folder: string,
  graphIndex: number,
  outputs: readonly { readonly tensor: string }[],
): StringCopies {
  const tensors = new Map(outputs.map(({ tensor }, i) => [tensor, `scorehost/copy_${i}`]));
  const nodes = [...tensors].map(([tensor, copy]) =>
    graphNode(copy, 'StringJoin', [tensor, EMPTY_STRING_TENSOR], { N: numberField(3, 2) }),
  );
  const empty = graphNode('scorehost/empty', 'Placeholder', [], {
    dtype: numberField(6, DT_STRING),
    shape: partField(7),
  });
  const graph = [...partsOf(readFileSync(join(folder, SAVED_MODEL_FILE)), 2)][graphIndex] as Uint8Array;
  // The format has the parts of a message that comes twice added up: nodes are added without reading the others.
  const changed = partField(2, graph, partField(2, empty, ...nodes));
  const target = makeCopyFolder();
  writeFileSync(join(target, SAVED_MODEL_FILE), Buffer.concat([numberField(1, 1), changed]));
  for (const name of readdirSync(folder)) {
    if (name !== SAVED_MODEL_FILE) symlinkSync(join(folder, name), join(target, name));
  }
  return {
    folder: target,
    tensors: new Map([...tensors].map(([tensor, copy]) => [tensor, `${copy}:0`])),
    ...removable(target),
  };
}

function removable(folder: string): Pick<StringCopies, 'remove'> {
  const remove = () => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  return { remove };
}

/** A node of a graph: fields of node_def.proto and attr_value.proto. */
function graphNode(
  name: string,
  op: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, Buffer>>,
): Buffer {
  return partField(
    1,
    partField(1, name),
    partField(2, op),
    ...inputs.map((input) => partField(3, input)),
    ...Object.entries(attributes).map(([key, value]) => partField(5, partField(1, key), partField(2, value))),
  );
}
