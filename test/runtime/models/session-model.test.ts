import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/runtime/models/session.js';
import { SessionModel } from '../../../src/runtime/models/session-model.js';
import { Tensor } from '../../../src/tensor.js';

const feeds = { x: [1, 2] };

/** A session that doubles its input, when it is told to go on. */
function doubling(more: Partial<Session> = {}) {
  const released: string[] = [];
  const asked: (readonly string[])[] = [];
  const session: Session = {
    inputs: [{ name: 'x', type: 'float32', shape: ['N'] }],
    outputs: ['twice', 'same'].map((name) => ({ name, type: 'float32', shape: ['N'] })),
    executionProvider: 'cpu',
    run: async (fed, outputs) => {
      asked.push(outputs);
      const { data, dims } = fed.x as Tensor;
      const twice = (data as Float32Array).map((value) => value * 2);
      return Object.fromEntries(outputs.map((name) => [name, new Tensor('float32', twice, dims)]));
    },
    release: async () => void released.push('released'),
    ...more,
  };
  const model = new SessionModel('m.onnx', session, () => void released.push('told'));
  return { model, released, asked };
}

describe('a model', () => {
  it('gives all outputs, or those that are asked for', async () => {
    const { model, asked } = doubling();
    expect((await model.run(feeds)).twice?.data).toEqual(Float32Array.of(2, 4));
    expect(Object.keys(await model.run(feeds, ['same']))).toEqual(['same']);
    expect(asked).toEqual([['twice', 'same'], ['same']]);
  });

  it('refuses an output that it does not have, and none at all', async () => {
    const { model, asked } = doubling();
    const refused = (outputs: string[], message: string) =>
      expect(model.run(feeds, outputs)).rejects.toMatchObject({ code: 'FEEDS_INVALID', message });
    const names = "its outputs are 'twice', 'same'";
    await refused(['twise'], `Cannot run m.onnx: it has no output 'twise', ${names}; did you mean 'twice'?`);
    await refused([], `Cannot run m.onnx: no output was asked for, ${names}.`);
    expect(asked).toEqual([]);
  });

  it('is not run once it is released, and released once', async () => {
    const { model, released } = doubling();
    await Promise.all([model.release(), model.release()]);
    expect(released).toEqual(['released', 'told']);
    await expect(model.run(feeds)).rejects.toMatchObject({
      code: 'MODEL_RUN_FAILED',
      message: 'Cannot run m.onnx: it has been released.',
    });
  });

  it('is released when what runs has ended, also by an error', async () => {
    let goOn = () => {};
    const started = new Promise<void>((resolve) => (goOn = resolve));
    const { model, released } = doubling({ run: () => started.then(() => Promise.reject(new Error('broken'))) });
    const run = model.run(feeds);
    const release = model.release();
    await new Promise(setImmediate);
    expect(released).toEqual([]);
    goOn();
    await expect(run).rejects.toMatchObject({ code: 'FEEDS_INVALID' });
    await release;
    expect(released).toEqual(['released', 'told']);
  });

  it('says on what it failed, and keeps the text of the runtime for the log', async () => {
    const cause = new Error("Non-zero status code returned while running Where node. Name:'' Status Message: broken");
    const { model } = doubling({ run: () => Promise.reject(cause) });
    await expect(model.run(feeds)).rejects.toMatchObject({
      message: "Cannot run m.onnx on 'x' (float32 [2]): its Where node failed: broken.",
      cause,
    });
  });
});
