import { describe, expect, it } from 'vitest';
import { checkSessionOptions, mergeSessionOptions } from '../../../../src/runtime/models/onnx/session-options.js';

describe('checkSessionOptions()', () => {
  it('takes what onnxruntime-node hands on', () => {
    const options = {
      graphOptimizationLevel: 'basic',
      executionMode: 'parallel',
      intraOpNumThreads: 0,
      interOpNumThreads: 2,
      enableCpuMemArena: false,
      enableMemPattern: true,
      logSeverityLevel: 4,
      logId: 'm',
      optimizedModelFilePath: 'o.onnx',
      enableProfiling: true,
      profileFilePrefix: 'p',
      extra: { 'session.set_denormal_as_zero': true, x: 1, y: 'text' },
    };
    expect(checkSessionOptions(options, 'here')).toBe(options);
  });

  it.each<[object, string]>([
    [{ graphOptimizationLevel: 'full' }, 'graphOptimizationLevel of here cannot be: it is "full", but must be disabled, basic, extended, layout, all.'], // biome-ignore format: one line a case
    [{ intraOpNumThreads: -1 }, 'intraOpNumThreads of here cannot be: it is -1, but must be 0 to 1024.'],
    [{ intraOpNumThreads: 1.5 }, 'intraOpNumThreads of here cannot be: it is 1.5, but must be 0 to 1024.'],
    [{ enableCpuMemArena: 0 }, 'enableCpuMemArena of here cannot be: it is 0, but must be true or false.'],
    [{ extra: { session: { x: '1' } } }, 'extra of here cannot be: it is an object, but must be an object of texts, numbers and booleans by their keys.'], // biome-ignore format: one line a case
    [{ intraOpNumThread: 1 }, 'intraOpNumThread of here cannot be: it is unknown; did you mean intraOpNumThreads?'],
    [{ freeDimensionOverrides: { N: 1 } }, 'freeDimensionOverrides of here cannot be: onnxruntime-node takes it and does nothing with it: export the model with those axes fixed.'], // biome-ignore format: one line a case
    [{ executionProviders: ['cuda'] }, 'executionProviders of here cannot be: name them in SCOREHOST_EXECUTION_PROVIDERS.'], // biome-ignore format: one line a case
    [{ constructor: 1 }, 'constructor of here cannot be: it is unknown; there are graphOptimizationLevel, '],
  ])('refuses %j', (options, message) => {
    const check = () => checkSessionOptions(options, 'here');
    expect(check).toThrow(`The session option ${message}`);
    expect(check).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }));
  });
});

describe('mergeSessionOptions()', () => {
  it('lets the later source win, config entries one by one, as texts', () => {
    const merged = mergeSessionOptions(
      { intraOpNumThreads: 2, logSeverityLevel: 3, extra: { a: true, b: false } },
      { intraOpNumThreads: 4, extra: { b: 2 } },
      { logSeverityLevel: undefined } as object,
    );
    expect(merged).toEqual({ intraOpNumThreads: 4, logSeverityLevel: 3, extra: { a: '1', b: '2' } });
  });

  it('refuses half of what a profile needs, whichever source it is from', () => {
    expect(mergeSessionOptions({ profileFilePrefix: 'p' }, { enableProfiling: true })).toMatchObject({
      enableProfiling: true,
    });
    expect(() => mergeSessionOptions({ enableProfiling: true })).toThrow(/it needs profileFilePrefix beside it\.$/);
    expect(() => mergeSessionOptions({ profileFilePrefix: 'p' })).toThrow(
      /it needs enableProfiling: true beside it\.$/,
    );
  });
});
