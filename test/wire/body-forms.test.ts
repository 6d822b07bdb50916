import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { modelsFolder, recordedRuns } from '../support/models.js';

const base64 = (data: Float32Array) => Buffer.from(data.buffer).toString('base64');

interface Proto {
  readonly dims: string[];
  readonly dataType: number;
  readonly rawData: string;
}

describe("ONNX Runtime Server's JSON", () => {
  const [{ inputs, outputs }] = recordedRuns('digits') as unknown as [
    { inputs: { image: number[][][] }; outputs: { probabilities: number[][]; label: number[] } },
  ];
  const rawData = base64(Float32Array.from(inputs.image.flat(2)));
  const image = { dims: ['1', '8', '8'], dataType: 1, rawData };
  let host: HostProcess;
  beforeAll(async () => {
    host = await HostProcess.start({ entry: join(modelsFolder, 'digits.onnx') });
  });
  afterAll(() => host?.stop());

  it('is answered in kind', async () => {
    const response = await host.score(JSON.stringify({ inputs: { image } }));
    expect(response.status).toBe(200);
    const reply = (await response.json()) as { outputs: { probabilities: Proto; label: Proto } };
    const { probabilities, label } = reply.outputs;
    expect(probabilities).toMatchObject({ dims: ['1', '10'], dataType: 1, dataLocation: 'DEFAULT' });
    const floats = new Float32Array(Uint8Array.from(Buffer.from(probabilities.rawData, 'base64')).buffer);
    for (const [i, value] of (outputs.probabilities[0] as number[]).entries()) expect(floats[i]).toBeCloseTo(value, 5);
    expect(label).toMatchObject({ dims: ['1'], dataType: 7 });
    expect(Buffer.from(label.rawData, 'base64').readBigInt64LE()).toBe(BigInt(outputs.label[0] as number));
  });

  it('gives the outputs that are asked for', async () => {
    const response = await host.score(JSON.stringify({ inputs: { image }, outputFilter: ['label'] }));
    expect(Object.keys(((await response.json()) as { outputs: object }).outputs)).toEqual(['label']);
  });

  it.each<[string, object, string]>([
    ['an output that there is not', { inputs: { image }, outputFilter: ['x'] }, '/outputFilter/0: expected one of probabilities, label, got "x".'], // biome-ignore format: one line a case
    ['another shape', { inputs: { image: { ...image, dims: ['1', '4', '16'] } } }, '/inputs/image: expected an array of shape [any, 8, 8], got one of [1, 4, 16].'], // biome-ignore format: one line a case
    ['a missing input', { inputs: { other: image } }, '/inputs/image: missing: the input has other.'],
    ['too few bytes', { inputs: { image: { ...image, rawData: '' } } }, '/inputs/image/rawData: expected 256 bytes for [1, 8, 8] of float32, got 0.'], // biome-ignore format: one line a case
    ['many rows of nothing', { inputs: { image: { dims: ['50000000', '0'], dataType: 1 } } }, '/inputs/image/dims: expected at most 1000000 places for nothing, got [50000000, 0].'], // biome-ignore format: one line a case
    ['lengths that no axis has', { inputs: { image: { dims: [0, 1e300, 2], dataType: 1 } } }, '/inputs/image/dims/1: expected the length of an axis, 0 to 2147483647, got 1e+300.'], // biome-ignore format: one line a case
    ['long lengths, for nothing', { inputs: { image: { dims: [0, 9999999999, 9999999999], dataType: 1 } } }, '/inputs/image/dims/1: expected the length of an axis, 0 to 2147483647, got 9999999999.'], // biome-ignore format: one line a case
    ['a type in a list', { inputs: { image: { ...image, dataType: [1] } } }, '/inputs/image/dataType: expected the number of an ONNX type, 1 to 13, got an array of 1.'], // biome-ignore format: one line a case
    ['what is no base64', { inputs: { image: { ...image, rawData: '***' } } }, '/inputs/image/rawData: expected base64, got "***".'], // biome-ignore format: one line a case
    ['bytes that are no text', { inputs: { image: { dims: ['1'], dataType: 8, stringData: ['//79'] } } }, '/inputs/image/stringData/0: expected base64 of UTF-8, as strings are texts here, got other bytes.'], // biome-ignore format: one line a case
    ['another type', { inputs: { image: { dims: ['1', '8', '8'], dataType: 8, stringData: new Array(64).fill('') } } }, '/inputs/image: expected elements of type float32, got string.'], // biome-ignore format: one line a case
  ])('refuses %s', async (_, body, message) => {
    const response = await host.score(JSON.stringify(body));
    expect(response.status).toBe(400);
    expect(((await response.json()) as { message: string }).message).toBe(message);
  });

  it('is not what a wrong body of the other kind is', async () => {
    for (const inputs of [[1], { image: [1] }, { image: { dims: ['1'] } }, null]) {
      const { message } = (await (await host.score(JSON.stringify({ inputs }))).json()) as { message: string };
      expect(message).toBe("A value is not provided for the 'image' parameter.");
    }
  });
});
