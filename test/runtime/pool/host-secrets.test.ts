import { expect, it } from 'vitest';
import { allSettings } from '../../../src/runtime/config/help.js';
import { hostSecrets } from '../../../src/runtime/pool/host-secrets.js';

it('hostSecrets are the settings that are marked as secret', () => {
  const marked = allSettings().flatMap(({ env, secret }) => (secret ? [env] : []));
  expect([...hostSecrets].sort()).toEqual(marked.sort());
});
