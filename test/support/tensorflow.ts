import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { asError } from '../../src/errors.js';
import type { LoadModelOptions } from '../../src/runtime/models/load-options.js';
import type { Model } from '../../src/runtime/models/model.js';
import { findModelFile, modelName } from '../../src/runtime/models/model-format.js';
import { defaultModelSettings, type ModelSettings } from '../../src/runtime/models/model-settings.js';
import { SessionModel } from '../../src/runtime/models/session-model.js';
import { loadTensorFlowSession } from '../../src/runtime/models/tensorflow/load-tensorflow.js';
import type { Tfjs } from '../../src/runtime/models/tensorflow/tfjs.js';
import { type Addon, findTfjsNode } from '../../src/runtime/models/tensorflow/tfjs-node.js';
import { difference, modelsFolder, recordedRuns, runValues } from './models.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** `SCOREHOST_TEST_TFJS` names a folder whose `node_modules` has `@tensorflow/tfjs-node`. */
export const { SCOREHOST_TEST_TFJS: packageFolder = root } = process.env;
const found = findTfjsNode([packageFolder]);
const whyNot = problem();

/** As `describe()`, where tfjs-node can be loaded; elsewhere what it describes is skipped, and its title says why. */
export const describeTensorFlow: (title: string, tests: () => void) => void =
  whyNot === undefined ? describe : (title, tests) => describe.skip(`${title} (skipped: ${whyNot})`, tests);

function problem(): string | undefined {
  const hint = 'SCOREHOST_TEST_TFJS may name a folder that has it';
  if (!found) return `@tensorflow/tfjs-node is not installed; ${hint}`;
  if (found.addonPath === undefined) return `@tensorflow/tfjs-node is there without its addon; ${hint}`;
  try {
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    createRequire(import.meta.url)(found.addonPath);
    return undefined;
  } catch (error) {
    return `the addon of @tensorflow/tfjs-node cannot be loaded: ${asError(error).message}`;
  }
}

export const tensorFlowSettings: ModelSettings = { ...defaultModelSettings, packageFolders: [packageFolder] };

/** The path of a model in `test/fixtures/models`. */
export function modelFixture(path: string): string {
  return join(modelsFolder, path);
}

/** Checks that a model answers as is recorded for another one that computes the same. */
export async function expectRecordedAnswers(model: Model, recorded: string): Promise<void> {
  const runs = recordedRuns(recorded);
  expect(runs).not.toEqual([]);
  for (const { inputs, outputs } of runs) {
    const ours = await runValues(model, inputs);
    expect(Object.keys(ours).sort()).toEqual(Object.keys(outputs).sort());
    for (const name of Object.keys(outputs)) expect(difference(ours[name], outputs[name], 1e-5, name)).toBe('');
  }
}

/** Loads a model without a warm-up. */
export async function loadTensorFlow(path: string, options: LoadModelOptions = {}): Promise<SessionModel> {
  const file = findModelFile(path);
  return new SessionModel(modelName(file), await loadTensorFlowSession(file, options, tensorFlowSettings));
}

/** The addon that the models under test use. */
export function addon(): Addon {
  return createRequire(import.meta.url)(found?.addonPath as string) as Addon;
}

/** TensorFlow.js, once a model of it is loaded. */
export function tfjs(): Tfjs {
  return createRequire(import.meta.url)(found?.folder as string) as Tfjs;
}
