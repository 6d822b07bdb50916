import { createHash, randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import { asError } from '../../../errors.js';
import { runtimeReason } from '../run-failure.js';
import type { EngineIdentity } from './engine-identity.js';
import { type OnnxOutline, readOnnxOutline } from './onnx-outline.js';

/** Which engine is wanted, and where engines are kept. */
export interface WantedEngine {
  /** Whoever can write into it can run code in the host: TensorRT trusts its engines. */
  readonly folder: string;
  readonly modelPath: string;
  readonly identity: EngineIdentity;
}

/** What a session has to say of itself. */
export interface SessionNames {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/** The place of one engine. */
export interface EngineCache {
  /** A model that consists of the engine. */
  readonly contextPath: string;
  /** Whether it is there, whole: then it is to be loaded instead of the model. */
  readonly exists: boolean;
  /** Config entries that have TensorRT write the engine it builds; none where it could not. */
  readonly extra: Readonly<Record<string, string>>;
  /** To be called when a session was created of the model: keeps what TensorRT has written, if it is whole. */
  commit(session: SessionNames): void;
  /** To be called when none could be created. */
  discard(): void;
}

/** Creates a session of a file, with these config entries beside those that it has anyway. */
export type CreateSession<Session> = (path: string, extra: Readonly<Record<string, string>>) => Promise<Session>;

/**
 * Creates a session of the engine that an earlier start has kept, or else of the model, and keeps the engine for the next.
 *
 * The cache is a help, no part of the start: whatever goes wrong with it is warned of, and the model is loaded without.
 * Workers that start at once each build the engine; each writes a file of its own, and the last to end wins.
 *
 * It rests on ONNX Runtime's context models, and has never run on a GPU. onnxruntime-node 1.30 hands config entries to a
 * session only after TensorRT has read them, so that TensorRT writes nothing: see `commit()`.
 *
 * @see https://onnxruntime.ai/docs/execution-providers/EP-Context-Design.html
 */
export async function createWithEngineCache<Session extends SessionNames>(
  wanted: WantedEngine,
  create: CreateSession<Session>,
): Promise<Session> {
  const cache = await openEngineCache(wanted).catch((error) =>
    warn(wanted, `its engine is not kept: ${error.message}`),
  );
  if (!cache) return create(wanted.modelPath, {});
  if (cache.exists) {
    try {
      return await create(cache.contextPath, {});
    } catch (error) {
      // The model tells whether the engine is to blame, or the provider.
      warn(wanted, `its kept engine does not load, and is built anew: ${runtimeReason(asError(error).message)}`);
    }
  }
  try {
    const session = await create(wanted.modelPath, cache.extra);
    cache.commit(session);
    return session;
  } catch (error) {
    cache.discard();
    throw error;
  }
}

/** A context model is one message, which cannot be longer. */
const CONTEXT_BYTES_MAX = 2 ** 31 - 1;
/** What a worker was writing that was killed. */
const PART_ENDING = '.part.onnx';
const PART_AGE_MS_MAX = 24 * 60 * 60 * 1000;

/**
 * Looks for the engine of a model.
 *
 * @returns undefined if none can be kept: the model has axes of free length, is too large, or cannot be read.
 */
export async function openEngineCache(wanted: WantedEngine): Promise<EngineCache | undefined> {
  const { folder, modelPath, identity } = wanted;
  const outline = readOnnxOutline(modelPath);
  // ONNX Runtime has more to say of it.
  if (outline === undefined) return undefined;
  const free = outline.inputs.filter(({ isFixed }) => !isFixed).map(({ name }) => `'${name}'`);
  if (free.length > 0) {
    const fix = 'export it with fixed shapes';
    warn(wanted, `its engine cannot be kept: ${free.join(', ')} has axes of free length; ${fix}`);
    return undefined;
  }
  const files = [modelPath, ...weightPaths(modelPath, outline)];
  if (!files.every((path) => existsSync(path))) return undefined;
  if (files.reduce((bytes, path) => bytes + statSync(path).size, 0) > CONTEXT_BYTES_MAX) {
    warn(wanted, 'its engine cannot be kept: with more than 2 GiB of weights it does not fit into a context model');
    return undefined;
  }
  const name = `${plainName(modelPath)}-${await engineKey(files, identity)}`;
  const contextPath = join(folder, `${name}.onnx`);
  const exists = isWhole(contextPath);
  const isWritable = prepared(wanted, name);
  const partPath = join(folder, `${name}.${process.pid}-${randomUUID()}${PART_ENDING}`);
  return {
    contextPath,
    exists,
    extra: isWritable
      ? { 'ep.context_enable': '1', 'ep.context_file_path': partPath, 'ep.context_embed_mode': '1' }
      : {},
    commit(session) {
      if (!isWritable) return;
      try {
        const problem = problemOf(partPath, session);
        if (problem === undefined) return renameSync(partPath, contextPath);
        warn(wanted, `its engine is not kept: ${problem}`);
        rmSync(partPath, { force: true });
        // It did not load, or the engine would not have been built.
        if (exists) rmSync(contextPath, { force: true });
      } catch (error) {
        warn(wanted, `its engine is not kept: ${asError(error).message}`);
      }
    },
    discard() {
      try {
        rmSync(partPath, { force: true });
      } catch {
        // The failure to create a session is what has to be told.
      }
    },
  };
}

/** Weights outside of the model's folder are refused by ONNX Runtime, too. */
function weightPaths(modelPath: string, { weightFiles }: OnnxOutline): string[] {
  const isInside = (name: string) => !isAbsolute(name) && !normalize(name).startsWith('..');
  return weightFiles.filter(isInside).map((name) => join(dirname(modelPath), name));
}

/** For whoever looks into the folder. */
function plainName(path: string): string {
  return basename(path, '.onnx')
    .replaceAll(/[^\w-]/g, '_')
    .slice(0, 60);
}

/** Contents, not times: a container's files are as old as the container. */
async function engineKey(files: readonly string[], identity: EngineIdentity): Promise<string> {
  const hash = createHash('sha256');
  const parts = Object.entries(identity).sort(([a], [b]) => (a < b ? -1 : 1));
  hash.update(JSON.stringify([parts, files.map((path) => [basename(path), statSync(path).size])]));
  for (const path of files) {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

/** Makes the folder, and clears it of old parts. An engine may be read of a folder that cannot be written to. */
function prepared(wanted: WantedEngine, name: string): boolean {
  const { folder } = wanted;
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    for (const file of readdirSync(folder)) {
      if (!file.startsWith(`${name}.`) || !file.endsWith(PART_ENDING)) continue;
      const path = join(folder, file);
      const writtenAtMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
      if (Date.now() - writtenAtMs > PART_AGE_MS_MAX) rmSync(path, { force: true });
    }
    return true;
  } catch (error) {
    warn(wanted, `an engine that is built is not kept: ${asError(error).message}`);
    return false;
  }
}

/** Not by `mkdirSync` itself: below /proc, and wherever else nobody may make folders, it tries for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another worker may have been faster.
    if (!existsSync(folder)) throw error;
  }
}

function isWhole(contextPath: string): boolean {
  const outline = readOnnxOutline(contextPath);
  return outline !== undefined && outline.nodes === 1 && outline.engineBytes > 0;
}

/** Why a file that TensorRT has written, or should have, cannot stand in for the model. */
function problemOf(partPath: string, { inputNames, outputNames }: SessionNames): string | undefined {
  if (!existsSync(partPath)) {
    return 'TensorRT wrote none. onnxruntime-node, at least to 1.30, tells it too late that it should';
  }
  const outline = readOnnxOutline(partPath);
  if (outline === undefined) return 'it was not written as a whole: the disk may be full';
  if (outline.engineBytes === 0) return 'TensorRT builds it at the first call only';
  // Of a model in several engines each is written over the one before.
  const inputs = outline.inputs.map(({ name }) => name);
  const isSame = isEqual(inputs, inputNames) && isEqual(outline.outputs, outputNames);
  return outline.nodes === 1 && isSame ? undefined : 'it is a part of the model only: not all nodes run on TensorRT';
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

function warn({ modelPath }: WantedEngine, message: string): void {
  console.warn(`${basename(modelPath)}: ${message.replace(/\.$/, '')}.`);
}
