import { basename } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { asError, HostError } from '../../../errors.js';
import { isLfsPointer } from '../lfs-pointer.js';
import type { LoadModelOptions } from '../load-options.js';
import type { ModelSettings } from '../model-settings.js';
import { runtimeReason } from '../run-failure.js';
import { OnnxSession, unreadableOutputs } from './onnx-session.js';
import { createOnProviders, type ProvidersInEffect } from './providers.js';
import { checkSessionOptions, mergeSessionOptions, type SessionOptions } from './session-options.js';

/**
 * Loads an `.onnx` file into a session, on the execution providers that are asked for.
 *
 * @throws {HostError} `MODEL_INVALID` if it is no model that can run here, `PROVIDER_UNAVAILABLE` if a provider cannot be
 *   had and no other may stand in.
 */
export async function loadOnnxSession(
  path: string,
  options: LoadModelOptions,
  settings: ModelSettings,
): Promise<OnnxSession> {
  if (options.signature !== undefined) {
    const reason = 'an .onnx file has but one graph, and no signatures';
    throw new HostError('SETTING_INVALID', `The signature of loadModel() cannot be: ${reason}.`, {
      fix: 'Leave it out.',
    });
  }
  const sessionOptions = mergeSessionOptions(
    defaultOptions(settings),
    checkSessionOptions(settings.sessionOptions, 'SCOREHOST_SESSION_OPTIONS'),
    options.sessionOptions ?? {},
  );
  const wanted = {
    executionProviders: options.executionProviders ?? settings.executionProviders,
    deviceId: options.deviceId ?? settings.deviceId,
    fallback: settings.providerFallback,
  };
  let created: ProvidersInEffect;
  try {
    created = await createOnProviders(path, wanted, sessionOptions);
  } catch (error) {
    throw error instanceof HostError ? error : notLoaded(path, asError(error));
  }
  const { session, executionProvider } = created;
  checkTensors(path, session);
  return new OnnxSession(session, executionProvider);
}

function defaultOptions({ intraOpThreads, allowSpinning }: ModelSettings): SessionOptions {
  return {
    // Warnings of the optimizer say nothing to those who did not make the model.
    logSeverityLevel: 3,
    ...(intraOpThreads > 0 ? { intraOpNumThreads: intraOpThreads } : {}),
    ...(allowSpinning ? {} : { extra: { 'session.intra_op.allow_spinning': false } }),
  };
}

const ZIPMAP_FIX =
  "Convert it without them: convert_sklearn(model, options={'zipmap': False}), or leave ZipMap nodes out of the export.";

/** What is no tensor cannot be read through the binding: the other outputs are served, if there are any. */
function checkTensors(path: string, session: InferenceSession): void {
  const name = basename(path);
  const input = session.inputMetadata.find(({ isTensor }) => !isTensor);
  if (input) {
    const reason = `its input '${input.name}' is no tensor, but a sequence, a map or an optional`;
    throw new HostError('MODEL_INVALID', `Cannot load the model ${path}: ${reason}.`, {
      fix: 'Export it with tensors as inputs.',
    });
  }
  const unreadable = unreadableOutputs(session);
  if (unreadable.length === 0) return;
  const names = unreadable.map((output) => `'${output}'`).join(', ');
  const what = `${unreadable.length === 1 ? 'the output' : 'the outputs'} ${names}`;
  if (unreadable.length === session.outputMetadata.length) {
    const reason = `${what} cannot be read: a sequence or map, no tensor`;
    throw new HostError('MODEL_INVALID', `Cannot load the model ${path}: ${reason}.`, { fix: ZIPMAP_FIX });
  }
  console.warn(`${name}: ${what} cannot be read and will be left out: a sequence or map, no tensor. ${ZIPMAP_FIX}`);
}

/** Texts of ONNX Runtime, what they mean to whoever has the file, and the way out. */
const reasons: readonly (readonly [pattern: RegExp, meaning: string, fix: string])[] = [
  [
    /Protobuf parsing failed|does not have a graph/,
    'it is no ONNX model, or a part of one',
    'Export the model again and copy it whole.',
  ],
  [
    /Unsupported data type: (?:14|15|16|17|18|19|20)\b/,
    'an input or output has a type that JavaScript cannot hold (bfloat16, float8 or complex)',
    'Export it with float32 or float16 at its borders: a Cast node does it.',
  ],
  [
    /External data|ExtData/,
    'its weights lie in a file of their own, which is not there or is another one',
    'Copy the file of the weights beside the model, under the name that it was exported with.',
  ],
  [
    /Unsupported model IR version|is under development|opset.*not (?:been )?supported|Opset \d+/i,
    'it was exported for a newer ONNX Runtime',
    'Export it with an older opset (opset_version=…), or update the host.',
  ],
  [
    /is not a registered function\/op|No Op registered|Could not find an implementation/,
    'it has an operator that ONNX Runtime does not know',
    'Export it without custom operators, or with a lower opset.',
  ],
];

function notLoaded(path: string, error: Error): HostError {
  const pointer = isLfsPointer(path);
  const [, meaning, fix] = reasons.find(([pattern]) => pattern.test(error.message)) ?? [];
  const said = runtimeReason(error.message.replace(/^Load model from .*? failed: ?/, '')).replaceAll(
    path,
    basename(path),
  );
  const reason = pointer ? 'Git LFS holds it, and it has not been pulled' : meaning;
  const message = reason ? `${reason}. ONNX Runtime says: ${said}` : `ONNX Runtime says: ${said}`;
  return new HostError('MODEL_INVALID', `Cannot load the model ${path}: ${message}`, {
    cause: error,
    fix: pointer
      ? 'Pull it: git lfs pull, or copy the file that Git LFS holds for it.'
      : (fix ?? 'Export the model again, and check it with onnx.checker in Python.'),
  });
}
