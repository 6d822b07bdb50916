import { HostError } from '../../../errors.js';
import { nearestName } from '../../../nearest-name.js';
import type { MetaGraph, Signature } from './saved-model-file.js';

/** A signature, and the graph that has it: its place in the file, and its tags. */
export interface ChosenSignature {
  readonly graphIndex: number;
  readonly tags: readonly string[];
  readonly signature: Signature;
}

const SERVE_TAG = 'serve';
const DEFAULT_SIGNATURE = 'serving_default';

/**
 * The signature to run: the one that is asked for, else `serving_default`, else the only one there is.
 *
 * @throws {HostError} `MODEL_INVALID` with those that there are.
 */
export function chooseSignature(path: string, graphs: readonly MetaGraph[], wanted?: string): ChosenSignature {
  const graph = servingGraph(path, graphs);
  const { tags, signatures } = graph;
  const names = signatures.map(({ name }) => name);
  const named = signatures.find(({ name }) => name === (wanted ?? DEFAULT_SIGNATURE));
  const signature = named ?? (wanted === undefined && signatures.length === 1 ? signatures[0] : undefined);
  if (signature) return { graphIndex: graphs.indexOf(graph), tags, signature };
  if (names.length === 0) {
    throw new HostError('MODEL_INVALID', `Cannot load the model ${path}: it has no signature that could be run.`, {
      fix: 'Save it with one: tf.saved_model.save(model, DIR, signatures={"serving_default": model.serve}).',
    });
  }
  const nearest = wanted === undefined ? undefined : nearestName(wanted, names);
  const has = `its signatures are ${names.map((name) => `'${name}'`).join(', ')}`;
  const reason =
    wanted === undefined
      ? `it has several signatures, and none is called '${DEFAULT_SIGNATURE}'; ${has}.`
      : `it has no signature '${wanted}', ${has}${nearest ? `; did you mean '${nearest}'?` : '.'}`;
  throw new HostError('MODEL_INVALID', `Cannot load the model ${path}: ${reason}`, {
    fix: `Name one of them: loadModel(PATH, { signature: '${nearest ?? names[0]}' }).`,
  });
}

/** The graph for serving, on CPU where there is one for another device as well. */
function servingGraph(path: string, graphs: readonly MetaGraph[]): MetaGraph {
  const serving = graphs.filter(({ tags }) => tags.includes(SERVE_TAG));
  const [graph] = serving.sort((a, b) => a.tags.length - b.tags.length);
  if (graph) return graph;
  const tags = graphs.map((graph) => `[${graph.tags.join(', ')}]`).join(', ');
  const reason = `it has no graph for serving (tag '${SERVE_TAG}'), but one for ${tags}`;
  throw new HostError('MODEL_INVALID', `Cannot load the model ${path}: ${reason}.`, {
    fix: 'Save it for serving: tf.saved_model.save(model, DIR), or model.export(DIR) of Keras.',
  });
}
