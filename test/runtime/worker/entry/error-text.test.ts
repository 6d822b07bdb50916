import { describe, expect, it } from 'vitest';
import { HostError } from '../../../../src/errors.js';
import { DIST } from '../../../../src/package-files.js';
import { errorText } from '../../../../src/runtime/worker/entry/error-text.js';

/** An error that was thrown in a file of the user's, called by the host. */
function thrownByUser<T extends Error>(error: T, line = 1): T {
  error.stack = `${error.stack?.split('\n')[0]}\n    at run (/app/score.ts:${line}:7)\n    at runGroup (file://${DIST}/x.js:1:1)`;
  return error;
}

describe('errorText()', () => {
  it('has the line of the user, and no frame of the host', () => {
    expect(errorText(thrownByUser(new TypeError('no')))).toBe('TypeError: no\n    at run (/app/score.ts:1:7)');
  });

  it('has its causes, each with its line', () => {
    const error = thrownByUser(new Error('outer', { cause: thrownByUser(new RangeError('inner'), 2) }));
    expect(errorText(error)).toBe(
      [
        'Error: outer',
        '    at run (/app/score.ts:1:7) {',
        '  [cause]: RangeError: inner',
        '      at run (/app/score.ts:2:7)',
        '}',
      ].join('\n'),
    );
  });

  it('has the errors of an AggregateError, and what an error carries besides', () => {
    const text = errorText(
      Object.assign(thrownByUser(new AggregateError([thrownByUser(new Error('one'), 3)], 'all')), { code: 'E_ODD' }),
    );
    expect(text).toContain('AggregateError: all\n    at run (/app/score.ts:1:7) {');
    expect(text).toContain('    Error: one\n        at run (/app/score.ts:3:7)');
    expect(text).toContain("code: 'E_ODD'");
  });

  it.each([
    ['text', "a value that is no Error was thrown: 'text'"],
    [undefined, 'a value that is no Error was thrown: undefined'],
    [{ a: 1 }, 'a value that is no Error was thrown: { a: 1 }'],
  ])('says what was thrown, where that is no error: %j', (thrown, text) => {
    expect(errorText(thrown)).toContain(text);
  });

  it('adds the cause of an error of the host', () => {
    const error = new HostError('RESULT_INVALID', 'cannot be sent', { cause: thrownByUser(new Error('why')) });
    expect(errorText(error)).toContain('caused by Error: why\n    at run (/app/score.ts:1:7)');
  });

  it('survives an error whose own code throws', () => {
    const hostile = Object.defineProperty(new Error('x'), 'stack', {
      get() {
        throw new Error('again');
      },
    });
    // Node 24 shows it all the same.
    const unshowable = 'an error that cannot be shown: what it is made of throws itself';
    expect([unshowable, '[Error: x]']).toContain(errorText(hostile));
  });
});
