import { describe, expect, it } from 'vitest';
import { notInstalled, withoutAddon } from '../../../../src/runtime/models/tensorflow/package-needed.js';

const savedModel = { format: 'saved-model', path: '/models/m' } as const;
const graph = { format: 'tfjs', path: '/models/g/model.json' } as const;

describe('notInstalled()', () => {
  it('says what to install, where, and how to do without', () => {
    const error = notInstalled(savedModel, ['/app/score', '/app']);
    expect(error.code).toBe('MODEL_INVALID');
    expect(error.message).toBe(
      'Cannot load the model /models/m: it needs the package @tensorflow/tfjs-node, which is not installed.',
    );
    expect(error.fix.split('\n')).toEqual([
      'Install it beside the entry module, in /app/score:',
      '       npm install @tensorflow/tfjs-node@4.22.0 --ignore-scripts=false',
      '     npm 12 and newer leave its install script out until it is approved, and run it then:',
      '       npm approve-scripts @tensorflow/tfjs-node && npm rebuild @tensorflow/tfjs-node --ignore-scripts=false',
      '     Where libtensorflow cannot be downloaded, the addon is built with that of the Python package tensorflow-cpu:',
      '       npm install @tensorflow/tfjs-node@4.22.0 --ignore-scripts && PATH/TO/scorehost/scripts/build-tfjs-node .',
      '     Or do without TensorFlow, and convert the model to ONNX:',
      '       python -m tf2onnx.convert --saved-model /models/m --output model.onnx',
    ]);
  });

  it('names no folder where none was searched', () => {
    expect(notInstalled(savedModel, []).fix).toMatch(/^Install it beside the entry module:\n/);
  });

  it('converts a model of TensorFlow.js from its model.json', () => {
    expect(notInstalled(graph, []).fix).toContain('tf2onnx.convert --tfjs /models/g/model.json --output');
  });
});

describe('withoutAddon()', () => {
  it('says where the package is, and how it gets its addon', () => {
    const error = withoutAddon(savedModel, '/app/node_modules/@tensorflow/tfjs-node');
    expect(error.message).toBe(
      'Cannot load the model /models/m: @tensorflow/tfjs-node in /app/node_modules/@tensorflow/tfjs-node has no native addon: its install script has not run.',
    );
    expect(error.fix.split('\n').slice(0, 4)).toEqual([
      'Let its install script run, which downloads libtensorflow:',
      '       npm rebuild @tensorflow/tfjs-node --ignore-scripts=false',
      '     npm 12 and newer want it approved first:',
      '       npm approve-scripts @tensorflow/tfjs-node',
    ]);
  });

  it('says why an addon that is there cannot be loaded', () => {
    const cause = new Error(
      'libtensorflow.so.2: cannot open shared object file: No such file or directory\nRequire stack:',
    );
    const error = withoutAddon(savedModel, '/p', cause);
    expect(error.message).toBe(
      'Cannot load the model /models/m: @tensorflow/tfjs-node cannot be loaded from /p: libtensorflow.so.2: cannot open shared object file: No such file or directory.',
    );
    expect(error.cause).toBe(cause);
  });
});
