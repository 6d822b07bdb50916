import { describe, expect, it } from 'vitest';
import { exposure } from '../../../src/runtime/http/security.js';

describe('exposure()', () => {
  it.each(['127.0.0.1', '127.8.9.1', 'localhost', '::1', '0:0:0:0:0:0:0:1'])('is none on loopback: %s', (host) => {
    expect(exposure(false, true, host)).toBeUndefined();
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '::ffff:10.0.0.1', '1270.0.0.1', 'localhost.example', 'fe80::1'])(
    'names what is open on %s',
    (host) => {
      expect(exposure(false, false, host)).toMatch(/\/score .*\/metrics.*SCOREHOST_PRIMARY_KEY_FILE/);
      expect(exposure(true, true, host)).toMatch(/^Whoever reaches \S+ may read \/metrics: SCOREHOST_METRICS_PUBLIC/);
      expect(exposure(true, false, host)).toBeUndefined();
    },
  );
});
