import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readOnnxOutline } from '../../../../src/runtime/models/onnx/onnx-outline.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { engineNode, message, onnxFile } from './onnx-file.js';

const models = fileURLToPath(new URL('../../../fixtures/models/', import.meta.url));

const folder = temporaryFolder();

function outlineOf(bytes: Uint8Array) {
  writeFileSync(join(folder, 'm.onnx'), bytes);
  return readOnnxOutline(join(folder, 'm.onnx'));
}

describe('readOnnxOutline() reads', () => {
  it.each([
    ['fixed', { inputs: [{ name: 'data', isFixed: true }], outputs: ['sum'], weightFiles: [], nodes: 1 }],
    ['external', { inputs: [{ name: 'x', isFixed: false }], outputs: ['y'], weightFiles: ['external.weights'] }],
    ['digits', { inputs: [{ name: 'image', isFixed: false }], outputs: ['probabilities', 'label'], weightFiles: [] }],
    ['spin', { inputs: [{ name: 'steps', isFixed: true }], outputs: ['mean'], nodes: 2 }],
    ['mixed', { inputs: ['name', 'count', 'flag', 'weight'].map((name) => ({ name, isFixed: false })) }],
  ])('a real model: %s', (name, outline) => {
    expect(readOnnxOutline(join(models, `${name}.onnx`))).toMatchObject({ ...outline, engineBytes: 0 });
  });

  it('files of weights wherever a graph has them, each once', () => {
    const file = onnxFile({ weightFiles: ['a.bin', 'b.bin', 'a.bin'], innerWeightFiles: ['c.bin'] });
    expect(outlineOf(file)?.weightFiles).toEqual(['a.bin', 'b.bin', 'c.bin']);
  });

  it('engines', () => {
    const nodes = [engineNode(Buffer.alloc(1000)), engineNode(Buffer.alloc(0))];
    expect(outlineOf(onnxFile({ nodes }))).toMatchObject({ nodes: 2, engineBytes: 1000 });
  });

  it('what comes behind weights that are longer than what is read at once', () => {
    const file = onnxFile({ weights: Buffer.alloc(300_000, 0xff), inputs: { x: [1, 2] }, outputs: ['y'] });
    expect(outlineOf(file)).toMatchObject({ inputs: [{ name: 'x', isFixed: true }], outputs: ['y'] });
  });
});

describe('readOnnxOutline() knows nothing of', () => {
  const whole = onnxFile({ inputs: { x: [1] }, outputs: ['y'], nodes: [engineNode(Buffer.alloc(200))] });

  it('what is not there, a folder, a text, an empty file, a message without a graph', () => {
    expect(readOnnxOutline('/nowhere/m.onnx')).toBeUndefined();
    expect(readOnnxOutline(temporaryFolder())).toBeUndefined();
    expect(outlineOf(Buffer.from('version https://git-lfs.github.com/spec/v1\n'))).toBeUndefined();
    expect(outlineOf(Buffer.alloc(0))).toBeUndefined();
    expect(outlineOf(message([1, 8]))).toBeUndefined();
  });

  it('a model that was cut, wherever', () => {
    expect(outlineOf(whole)).toBeDefined();
    for (let length = 0; length < whole.length; length++) {
      expect(outlineOf(whole.subarray(0, length)), `${length} of ${whole.length} bytes`).toBeUndefined();
    }
  });

  it('throws at no damage, whatever byte it hits', () => {
    for (let at = 0; at < whole.length; at++) {
      const file = Buffer.from(whole);
      file[at] = 0xff;
      expect(() => outlineOf(file)).not.toThrow();
    }
  });
});
