import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrowToTensor, tensorToArrow } from '../../src/schema/arrow.js';
import { readNpy, writeNpy } from '../../src/schema/npy.js';
import { Tensor } from '../../src/tensor.js';
import { HostProcess } from '../support/host-process.js';

const NPY = 'application/x-npy';
const ARROW = 'application/vnd.apache.arrow.stream';

let host: HostProcess;
beforeAll(async () => {
  const entry = fileURLToPath(new URL('../fixtures/entries/matrix.ts', import.meta.url));
  host = await HostProcess.start({ entry, env: { SCOREHOST_STRICT_OUTPUT: 'true' } });
});
afterAll(() => host.stop());

const rows = new Tensor('float64', Float64Array.of(1.5, 2.5, 3, 4), [2, 2]);

async function score(body: Buffer | string, contentType: string, accept = '*/*') {
  const response = await host.score(body as string, { 'content-type': contentType, accept });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get('content-type'), bytes };
}

describe('a tensor without JSON', () => {
  it.each([
    [NPY, writeNpy(rows)],
    [ARROW, tensorToArrow(rows)],
  ])('comes as %s, cast to the type of the sample', async (type, body) => {
    const { status, type: answer, bytes } = await score(body, type);
    expect({ status, answer, text: bytes.toString() }).toEqual({
      status: 200,
      answer: 'application/json',
      text: '[[1.5,2.5],[3,4]]',
    });
  });

  it('goes out as .npy, and as an Arrow stream, by Accept', async () => {
    const json = '{"data":[[1.5,2.5],[3,4]]}';
    const npy = await score(json, 'application/json', `${NPY}, application/json;q=0.5`);
    expect(npy.type).toBe(NPY);
    expect(readNpy(npy.bytes)).toMatchObject({ type: 'float32', dims: [2, 2] });
    const arrow = await score(json, 'application/json', ARROW);
    expect(arrow.type).toBe(ARROW);
    expect(arrowToTensor(arrow.bytes).data).toEqual(Float32Array.of(1.5, 2.5, 3, 4));
  });

  it.each([
    [
      'another shape',
      NPY,
      writeNpy(new Tensor('float32', Float32Array.of(1, 2, 3), [1, 3])),
      /shape \[any, 2\], got one of \[1, 3\]/,
    ],
    [
      'another kind of element',
      NPY,
      writeNpy(new Tensor('string', ['a', 'b'], [1, 2])),
      /elements of type float32, got string/,
    ],
    ['half a file', NPY, writeNpy(rows).subarray(0, 100), /the \.npy format/],
    ['something else', ARROW, Buffer.from('junk'), /Arrow IPC stream/],
  ])('is 400 where it is %s', async (_, type, body, message) => {
    const { status, bytes } = await score(body, type);
    expect(status).toBe(400);
    expect(JSON.parse(bytes.toString())).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(message),
    });
  });
});

it('another content type is 415 that says which ones are right', async () => {
  const { status, bytes } = await score('{}', 'text/csv');
  expect(status).toBe(415);
  expect(JSON.parse(bytes.toString())).toMatchObject({
    message: 'Expects Content-Type to be application/json',
    details: [{ message: `expected the header Content-Type: application/json or ${NPY} or ${ARROW}, got text/csv` }],
  });
});

it('a result that is not of its output schema is 500 where outputs are held to it', async () => {
  const { status, bytes } = await score('{"data":[[-1,2]]}', 'application/json');
  expect(status).toBe(500);
  expect(JSON.parse(bytes.toString())).toMatchObject({
    code: 'RESULT_INVALID',
    message: expect.stringMatching(/not what its output schema says: \/0: expected an array of 2, got an array of 1/),
  });
});
