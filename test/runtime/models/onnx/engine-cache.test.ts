import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createWithEngineCache,
  type EngineCache,
  openEngineCache,
  type SessionNames,
} from '../../../../src/runtime/models/onnx/engine-cache.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { engineNode, type OnnxParts, onnxFile } from './onnx-file.js';

const inputs = { x: [1, 4] };
const outputs = ['y'];
const session: SessionNames = { inputNames: ['x'], outputNames: ['y'] };
const identity = { gpus: 'NVIDIA L4', driver: '580.65.06' };

/** What TensorRT writes. */
function contextModel(engine = 'engine', more: OnnxParts = {}): Buffer {
  return onnxFile({ inputs, outputs, nodes: [engineNode(Buffer.from(engine))], ...more });
}

interface Place {
  readonly folder: string;
  readonly modelPath: string;
  readonly identity: Readonly<Record<string, string>>;
}

function place(parts: OnnxParts = { inputs, outputs }, files: Readonly<Record<string, string>> = {}): Place {
  const root = temporaryFolder({ 'models/m.onnx': onnxFile(parts), ...files });
  return { folder: join(root, 'engines'), modelPath: join(root, 'models/m.onnx'), identity };
}

async function opened(at: Place): Promise<EngineCache> {
  const cache = await openEngineCache(at);
  expect(cache).toBeDefined();
  return cache as EngineCache;
}

/** As TensorRT does with these config entries. */
function write(cache: Pick<EngineCache, 'extra'>, bytes: Uint8Array | string): void {
  writeFileSync(cache.extra['ep.context_file_path'] as string, bytes);
}

let warnings: string[] = [];
beforeEach(() => {
  warnings = [];
  const spy = vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text));
  return () => spy.mockRestore();
});

describe('openEngineCache()', () => {
  it('has TensorRT write into a file of its own in the folder, which is not there yet', async () => {
    const at = place();
    const cache = await opened(at);
    expect(cache.exists).toBe(false);
    const { 'ep.context_file_path': path, ...rest } = cache.extra;
    expect(rest).toEqual({ 'ep.context_enable': '1', 'ep.context_embed_mode': '1' });
    expect(path).toMatch(new RegExp(`^${at.folder}/m-[0-9a-f]{64}\\..*\\.part\\.onnx$`));
    expect(readdirSync(at.folder)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('keeps what was written, for the next start', async () => {
    const at = place();
    const first = await opened(at);
    write(first, contextModel());
    first.commit(session);
    const second = await opened(at);
    expect(second).toMatchObject({ exists: true, contextPath: first.contextPath });
    expect(readFileSync(second.contextPath)).toEqual(contextModel());
    expect(readdirSync(at.folder)).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('keeps nothing that was given up', async () => {
    const at = place();
    const cache = await opened(at);
    write(cache, contextModel());
    cache.discard();
    expect(readdirSync(at.folder)).toEqual([]);
    expect((await opened(at)).exists).toBe(false);
  });

  it('lets several workers build at once: each for itself, and the last one wins', async () => {
    const at = place();
    const [a, b] = await Promise.all([opened(at), opened(at)]);
    expect(a.contextPath).toBe(b.contextPath);
    expect(a.extra['ep.context_file_path']).not.toBe(b.extra['ep.context_file_path']);
    write(a, contextModel('a'));
    write(b, contextModel('b').subarray(0, 20));
    a.commit(session);
    expect(readFileSync(a.contextPath)).toEqual(contextModel('a'));
    write(b, contextModel('b'));
    b.commit(session);
    expect(readFileSync(a.contextPath)).toEqual(contextModel('b'));
    expect(readdirSync(at.folder)).toHaveLength(1);
  });

  it('leaves the engine of one worker alone when another fails', async () => {
    const at = place();
    const [a, b, c] = await Promise.all([opened(at), opened(at), opened(at)]);
    write(a, contextModel());
    a.commit(session);
    b.commit(session);
    c.discard();
    expect((await opened(at)).exists).toBe(true);
  });

  it('never takes a file that is not whole', async () => {
    const at = place();
    const { contextPath } = await opened(at);
    for (const bytes of [
      Buffer.alloc(0),
      contextModel().subarray(0, -1),
      contextModel(''),
      onnxFile({ inputs, outputs }),
    ]) {
      writeFileSync(contextPath, bytes);
      expect((await opened(at)).exists, `${bytes.length} bytes`).toBe(false);
    }
    writeFileSync(contextPath, contextModel());
    expect((await opened(at)).exists).toBe(true);
  });

  it('clears away what killed workers have left, but not what is being written', async () => {
    const at = place();
    const [old, young] = [await opened(at), await opened(at)];
    write(old, 'x');
    write(young, 'x');
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
    utimesSync(old.extra['ep.context_file_path'] as string, twoDaysAgo, twoDaysAgo);
    writeFileSync(join(at.folder, 'other.part.onnx'), '');
    utimesSync(join(at.folder, 'other.part.onnx'), twoDaysAgo, twoDaysAgo);
    await opened(at);
    expect(
      readdirSync(at.folder)
        .map((name) => join(at.folder, name))
        .sort(),
    ).toEqual([young.extra['ep.context_file_path'], join(at.folder, 'other.part.onnx')].sort());
  });
});

describe('openEngineCache() has another place for', () => {
  const weights = { weightFiles: ['w.bin'], inputs, outputs };

  /** Changes a file that the model consists of. */
  const changed = (at: Place, name: string, content: string | Uint8Array) => {
    writeFileSync(join(at.modelPath, '..', name), content);
    return at;
  };

  it.each<[string, (at: Place) => Place]>([
    ['another model', (at) => changed(at, 'm.onnx', onnxFile({ ...weights, outputs: ['z'] }))],
    ['other weights in a file beside it', (at) => changed(at, 'w.bin', 'W')],
    ['another GPU', (at) => ({ ...at, identity: { ...identity, gpus: 'NVIDIA A10G' } })],
    ['another driver', (at) => ({ ...at, identity: { ...identity, driver: '590.1' } })],
    ['one thing more that it depends on', (at) => ({ ...at, identity: { ...identity, deviceId: '1' } })],
  ])('%s', async (_, change) => {
    const at = place(weights, { 'models/w.bin': 'w' });
    const before = await opened(at);
    const after = await opened(change(at));
    expect(after.contextPath).not.toBe(before.contextPath);
  });

  it('… but not for the same in another order, or at another time', async () => {
    const at = place(weights, { 'models/w.bin': 'w' });
    const before = await opened(at);
    utimesSync(at.modelPath, 0, 0);
    const { driver, gpus } = identity;
    expect((await opened({ ...at, identity: { driver, gpus } })).contextPath).toBe(before.contextPath);
  });
});

describe('openEngineCache() does without', () => {
  it('for a model with axes of free length: TensorRT builds its engines while it runs', async () => {
    expect(await openEngineCache(place({ inputs: { x: ['N', 4], n: [1] }, outputs }))).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringContaining("m.onnx: its engine cannot be kept: 'x' has axes of free length"),
    ]);
  });

  it('for what ONNX Runtime will refuse anyway, without a word', async () => {
    const at = place();
    writeFileSync(at.modelPath, 'no model');
    expect(await openEngineCache(at)).toBeUndefined();
    expect(await openEngineCache(place({ inputs, outputs, weightFiles: ['w.bin'] }))).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('reads no weights outside of the folder of the model', async () => {
    const cache = await openEngineCache(place({ inputs, outputs, weightFiles: ['../../secret', '/etc/passwd'] }));
    expect(cache).toBeDefined();
  });

  it.each(['/proc/nowhere/engines', join(import.meta.filename, 'engines')])(
    'a folder that cannot be made: %s',
    async (folder) => {
      const at = { ...place(), folder };
      const cache = await opened(at);
      expect(cache).toMatchObject({ exists: false, extra: {} });
      cache.commit(session);
      cache.discard();
      expect(warnings).toEqual([expect.stringMatching(/^m\.onnx: an engine that is built is not kept: E/)]);
    },
  );

  it('writing, where only that is forbidden: what was kept is used', async () => {
    const at = place();
    const first = await opened(at);
    write(first, contextModel());
    first.commit(session);
    chmodSync(at.folder, 0o555);
    // Whoever is root may write all the same.
    const isRoot = process.getuid?.() === 0;
    expect(await opened(at)).toMatchObject(isRoot ? { exists: true } : { exists: true, extra: {} });
    chmodSync(at.folder, 0o755);
  });

  it('a folder that is gone at the end', async () => {
    const at = place();
    const cache = await opened(at);
    write(cache, contextModel());
    rmSync(at.folder, { recursive: true });
    cache.commit(session);
    cache.discard();
    expect(warnings).toHaveLength(1);
  });

  it('a place that something else has taken', async () => {
    const at = place();
    const cache = await opened(at);
    mkdirSync(join(cache.contextPath, 'x'), { recursive: true });
    write(cache, contextModel());
    cache.commit(session);
    expect(warnings).toEqual([expect.stringMatching(/its engine is not kept: E/)]);
    expect((await opened(at)).exists).toBe(false);
  });
});

describe('commit() keeps nothing', () => {
  it.each<[string, Uint8Array | undefined, string]>([
    ['where TensorRT wrote nothing', undefined, 'TensorRT wrote none'],
    ['of which a part is missing', contextModel().subarray(0, -1), 'the disk may be full'],
    ['without an engine in it', contextModel(''), 'TensorRT builds it at the first call only'],
    [
      'that is a part of the model: other inputs',
      contextModel('e', { inputs: { hidden: [1] } }),
      'a part of the model',
    ],
    ['that is a part of the model: other outputs', contextModel('e', { outputs: ['hidden'] }), 'a part of the model'],
    [
      'that has nodes beside the engine',
      contextModel('e', { nodes: [engineNode(Buffer.from('e')), engineNode(Buffer.from('e'))] }),
      'a part of the model',
    ],
  ])('%s', async (_, bytes, reason) => {
    const at = place();
    const cache = await opened(at);
    if (bytes) write(cache, bytes);
    cache.commit(session);
    expect(readdirSync(at.folder)).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(`m.onnx: its engine is not kept: `)]);
    expect(warnings[0]).toContain(reason);
  });
});

describe('createWithEngineCache()', () => {
  /** A runtime that writes engines, and what it was asked for. */
  function runtime({ refuses = () => false }: { refuses?: (path: string) => boolean } = {}) {
    const paths: string[] = [];
    const create = async (path: string, extra: Readonly<Record<string, string>>) => {
      paths.push(path);
      if (extra['ep.context_file_path']) write({ extra }, contextModel());
      if (refuses(path)) throw new Error(`refused ${path}`);
      return { ...session, path };
    };
    return { create, paths };
  }

  it('builds once, and loads what was kept from then on', async () => {
    const at = place();
    const { create, paths } = runtime();
    expect((await createWithEngineCache(at, create)).path).toBe(at.modelPath);
    const { contextPath } = await opened(at);
    expect((await createWithEngineCache(at, create)).path).toBe(contextPath);
    expect((await createWithEngineCache(at, create)).path).toBe(contextPath);
    expect(paths).toEqual([at.modelPath, contextPath, contextPath]);
    expect(warnings).toEqual([]);
  });

  it('builds anew what does not load, and replaces it', async () => {
    const at = place();
    await createWithEngineCache(at, runtime().create);
    const { contextPath } = await opened(at);
    writeFileSync(contextPath, contextModel('an engine of another TensorRT'));
    const { create, paths } = runtime({ refuses: (path) => path === contextPath });
    expect((await createWithEngineCache(at, create)).path).toBe(at.modelPath);
    expect(paths).toEqual([contextPath, at.modelPath]);
    expect(readFileSync(contextPath)).toEqual(contextModel());
    expect(warnings).toEqual([expect.stringMatching(/does not load, and is built anew: refused/)]);
  });

  it('removes what does not load where nothing can be kept instead', async () => {
    const at = place();
    await createWithEngineCache(at, runtime().create);
    const { contextPath } = await opened(at);
    const create = async (path: string) => {
      if (path === contextPath) throw new Error('no');
      return session;
    };
    expect(await createWithEngineCache(at, create)).toBe(session);
    expect(readdirSync(at.folder)).toEqual([]);
  });

  it('leaves a kept engine alone where the provider is to blame: the model does not load either', async () => {
    const at = place();
    await createWithEngineCache(at, runtime().create);
    const { contextPath } = await opened(at);
    const { create } = runtime({ refuses: () => true });
    await expect(createWithEngineCache(at, create)).rejects.toThrow(`refused ${at.modelPath}`);
    expect(readdirSync(at.folder)).toEqual([contextPath.slice(at.folder.length + 1)]);
  });

  it('loads a model that has no place as if there were no cache', async () => {
    const at = place({ inputs: { x: ['N'] }, outputs });
    const seen: unknown[] = [];
    await createWithEngineCache(at, async (...args) => {
      seen.push(args);
      return session;
    });
    expect(seen).toEqual([[at.modelPath, {}]]);
  });
});
