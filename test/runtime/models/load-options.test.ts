import { describe, expect, it } from 'vitest';
import { checkLoadOptions } from '../../../src/runtime/models/load-options.js';

describe('checkLoadOptions()', () => {
  it('takes what there is', () => {
    const sessionOptions = { intraOpNumThreads: 1 };
    const options = { executionProviders: ['cuda', 'cpu'], deviceId: 1, sessionOptions, warmUp: false, signature: 's' };
    for (const each of [{}, options, { deviceId: undefined }]) expect(() => checkLoadOptions(each)).not.toThrow();
  });

  it.each<[unknown, string]>([
    [null, 'The options of loadModel() must be an object, got null.'],
    ['cuda', 'The options of loadModel() must be an object, got "cuda".'],
    [{ executionProvider: 'cuda' }, 'loadModel() has no option executionProvider: did you mean executionProviders?'],
    [{ executionProviders: 'cuda' }, "The option executionProviders of loadModel() must be a list of 'cpu', 'cuda', 'tensorrt', got \"cuda\"."], // biome-ignore format: one line a case
    [{ executionProviders: ['rocm'] }, "The option executionProviders of loadModel() must be a list of 'cpu', 'cuda', 'tensorrt', got an array of 1."], // biome-ignore format: one line a case
    [{ deviceId: '0' }, 'The option deviceId of loadModel() must be a whole number, 0 or more, got "0".'],
    [{ deviceId: -1 }, 'The option deviceId of loadModel() must be a whole number, 0 or more, got -1.'],
    [{ sessionOptions: [] }, 'The option sessionOptions of loadModel() must be an object, got an array of 0.'],
    [{ sessionOptions: { intraOpNumThreads: 1n } }, 'The session option intraOpNumThreads of loadModel() cannot be: it is 1, but must be 0 to 1024.'], // biome-ignore format: one line a case
    [{ warmUp: 'off' }, 'The option warmUp of loadModel() must be true or false, got "off".'],
    [{ toString: 1 }, 'loadModel() has no option toString: there are executionProviders, deviceId, sessionOptions, warmUp, signature.'], // biome-ignore format: one line a case
  ])('refuses what is none: %#', (options, message) => {
    expect(() => checkLoadOptions(options)).toThrow(expect.objectContaining({ code: 'SETTING_INVALID', message }));
  });
});
