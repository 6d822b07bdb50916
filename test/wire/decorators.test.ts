import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';

const folder = fileURLToPath(new URL('../fixtures/entries/decorators', import.meta.url));

describe.each(['wrapper.ts', 'standard.ts', 'legacy', 'plain.js'])('a schema put on run by %s', (entry) => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await HostProcess.start({ entry: `${folder}/${entry}` });
  });
  afterAll(() => host.stop());

  const score = async (body: string) => {
    const response = await host.score(body);
    return { status: response.status, body: (await response.json()) as unknown };
  };

  it('gives run its inputs by their places, and its result to the caller', async () => {
    expect(await score('{"data":[[1,2],[3,4]]}')).toEqual({ status: 200, body: [2, 4, 6, 8] });
    expect(await score('{"offset":1,"data":[[1,2]]}')).toEqual({ status: 200, body: [3, 5] });
    expect(await score('{"offset":null,"data":[[1,2]]}')).toEqual({ status: 200, body: [2, 4] });
  });

  it('tells all that is wrong, in all inputs', async () => {
    expect(await score('{"offset":"1","data":[[1],[2,true]]}')).toMatchObject({
      status: 400,
      body: {
        message: '/data/0: expected an array of 2, got an array of 1 (and 2 more in details).',
        details: [{ path: '/data/0' }, { path: '/data/1/1' }, { path: '/offset' }],
      },
    });
    expect(await score('{"Data":[[1,2]],"offset":"x"}')).toMatchObject({
      status: 400,
      body: {
        message: "A value is not provided for the 'data' parameter.",
        details: [
          { path: '/data', message: 'missing: the input has Data, offset; did you mean it by "Data"?' },
          { path: '/offset', message: 'expected a number or null, got "x"' },
        ],
      },
    });
    expect(await score('[1, 2]')).toMatchObject({
      status: 400,
      body: {
        message: 'POST body should be a JSON dictionary.',
        details: [{ path: '', message: 'expected an object as {"data":[[1,2]],"offset":1}, got an array of 2' }],
      },
    });
  });
});
