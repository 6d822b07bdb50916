import { describe, expect, it } from 'vitest';
import { Keys } from '../../../../src/runtime/http/auth/keys.js';

describe('Keys', () => {
  it('accepts nothing before it has a key', () => {
    const keys = new Keys();
    for (const candidate of ['', 'undefined', 'a-key-of-16-chars']) expect(keys.accepts(candidate)).toBe(false);
  });

  it('accepts either key, and nothing that is like one', () => {
    const keys = new Keys();
    keys.set('primary', 'primary-key-00001');
    keys.set('secondary', 'secondary-key-001');
    for (const key of ['primary-key-00001', 'secondary-key-001']) {
      expect(keys.accepts(key)).toBe(true);
      for (const other of [key.slice(0, -1), `${key}1`, key.toUpperCase(), `${key} `, ''])
        expect(keys.accepts(other)).toBe(false);
    }
  });

  it('forgets a key that is replaced, and no other', () => {
    const keys = new Keys();
    keys.set('primary', 'primary-key-00001');
    keys.set('secondary', 'secondary-key-001');
    keys.set('primary', 'primary-key-00002');
    const accepted = ['primary-key-00001', 'primary-key-00002', 'secondary-key-001'].map((key) => keys.accepts(key));
    expect(accepted).toEqual([false, true, true]);
  });
});
