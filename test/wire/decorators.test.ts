import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkerAlone } from '../support/worker-alone.js';

const folder = fileURLToPath(new URL('../fixtures/entries/decorators', import.meta.url));

let worker: WorkerAlone;
beforeAll(() => {
  worker = new WorkerAlone();
});
afterAll(() => worker.stop());

describe.each(['wrapper.ts', 'standard.ts', 'legacy', 'plain.js'])('a schema put on run by %s', (entry) => {
  beforeAll(async () => {
    await worker.load(`${folder}/${entry}`);
  });

  it('gives run its inputs by their places, and its result to the caller', async () => {
    expect(await worker.answer('{"data":[[1,2],[3,4]]}')).toBe('[2,4,6,8]');
    expect(await worker.answer('{"offset":1,"data":[[1,2]]}')).toBe('[3,5]');
    expect(await worker.answer('{"offset":null,"data":[[1,2]]}')).toBe('[2,4]');
  });

  it('tells all that is wrong, in all inputs', async () => {
    expect(await worker.refusal('{"offset":"1","data":[[1],[2,true]]}')).toMatchObject({
      message: '/data/0: expected an array of 2, got an array of 1 (and 2 more in details).',
      details: [{ path: '/data/0' }, { path: '/data/1/1' }, { path: '/offset' }],
    });
    expect(await worker.refusal('{"Data":[[1,2]],"offset":"x"}')).toMatchObject({
      message: "A value is not provided for the 'data' parameter.",
      details: [
        { path: '/data', message: 'missing: the input has Data, offset; did you mean it by "Data"?' },
        { path: '/offset', message: 'expected a number or null, got "x"' },
      ],
    });
    expect(await worker.refusal('[1, 2]')).toMatchObject({
      message: 'POST body should be a JSON dictionary.',
      details: [{ path: '', message: 'expected an object as {"data":[[1,2]],"offset":1}, got an array of 2' }],
    });
  });
});
