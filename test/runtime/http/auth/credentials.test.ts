import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../../../src/runtime/config/read.js';
import { type Credentials, openCredentials } from '../../../../src/runtime/http/auth/credentials.js';
import { Secrets } from '../../../../src/runtime/telemetry/secrets.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const KEY = 'primary-key-00001';
const folder = temporaryFolder({
  good: `${KEY}\n`,
  windows: `${KEY}\r\n`,
  empty: '',
  short: 'short\n',
  blanks: 'a key of several words\n',
  'two-lines': `${KEY}\n${KEY}\n`,
  'no.json': '{"keys":[]}',
  'jwks.json': JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }] }),
});
const file = (name: string) => join(folder, name);

let opened: Credentials | undefined;
afterEach(() => opened?.stop());

async function open(env: Readonly<Record<string, string>>) {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const { config } = await readConfig([], env);
  const secrets = new Secrets();
  opened = await openCredentials(config.auth, log, secrets, () => {});
  return { credentials: opened, lines, secrets };
}

const tokens = {
  SCOREHOST_TOKEN_JWKS: file('jwks.json'),
  SCOREHOST_TOKEN_ISSUER: 'https://issuer.example',
  SCOREHOST_TOKEN_AUDIENCE: 'scoring',
};

describe('openCredentials()', () => {
  it.each([{}, { AUTH_ENABLED: 'auto' }, { AUTH_ENABLED: 'false' }])(
    'asks for nothing where nothing is set: %o',
    async (env) => {
      expect(await open(env)).toMatchObject({ credentials: undefined, lines: [] });
    },
  );

  it.each(['good', 'windows'])('takes a key from a file, without the end of its line: %s', async (name) => {
    const { credentials, secrets } = await open({ SCOREHOST_SECONDARY_KEY_FILE: file(name) });
    expect(credentials?.kind === 'keys' && credentials.keys.accepts(KEY)).toBe(true);
    expect(secrets.redact(`said ${KEY}`)).toBe('said [redacted]');
  });

  it('warns where both keys are the same', async () => {
    const { lines } = await open({ SCOREHOST_PRIMARY_KEY: KEY, SCOREHOST_SECONDARY_KEY_FILE: file('good') });
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([expect.stringContaining('are the same')]);
  });

  it('warns where keys are set, and not asked for; no line shows them all the same', async () => {
    const { credentials, lines, secrets } = await open({
      AUTH_ENABLED: 'false',
      SCOREHOST_PRIMARY_KEY: KEY,
      ...tokens,
    });
    expect(credentials).toBeUndefined();
    expect(secrets.redact(KEY)).toBe('[redacted]');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([expect.stringContaining('AUTH_ENABLED is false')]);
  });

  const both = { SCOREHOST_PRIMARY_KEY: KEY, SCOREHOST_PRIMARY_KEY_FILE: file('good') };
  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'auth without keys',
      { AUTH_ENABLED: 'true' },
      'AUTH_ENABLED is true, but no key is set, and no SCOREHOST_TOKEN_JWKS.',
    ],
    [
      'a key and its file',
      both,
      'Both SCOREHOST_PRIMARY_KEY and SCOREHOST_PRIMARY_KEY_FILE are set: one of them holds.',
    ],
    ['keys and tokens', { SCOREHOST_PRIMARY_KEY: KEY, ...tokens }, 'Both keys and SCOREHOST_TOKEN_JWKS are set'],
    ['no audience', { ...tokens, SCOREHOST_TOKEN_AUDIENCE: '' }, 'not set: SCOREHOST_TOKEN_AUDIENCE.'],
    ['an issuer alone', { SCOREHOST_TOKEN_ISSUER: 'x' }, 'not set: SCOREHOST_TOKEN_JWKS, SCOREHOST_TOKEN_AUDIENCE.'],
    [
      'no such file',
      { SCOREHOST_PRIMARY_KEY_FILE: file('none') },
      `SCOREHOST_PRIMARY_KEY_FILE: Cannot read ${file('none')}: ENOENT`,
    ],
    ['a folder', { SCOREHOST_PRIMARY_KEY_FILE: folder }, `SCOREHOST_PRIMARY_KEY_FILE: Cannot read ${folder}: `],
    ...['empty', 'short', 'blanks', 'two-lines'].map((name): [string, Record<string, string>, string] => [
      `a file that is ${name}`,
      { SCOREHOST_PRIMARY_KEY_FILE: file(name) },
      `SCOREHOST_PRIMARY_KEY_FILE: ${file(name)} must hold a key: 16 to 512 letters, digits and - . _ ~ + / =.`,
    ]),
    [
      'a JWKS without keys',
      { ...tokens, SCOREHOST_TOKEN_JWKS: file('no.json') },
      'holds no JSON Web Key Set with public keys',
    ],
    [
      'a JWKS that is none',
      { ...tokens, SCOREHOST_TOKEN_JWKS: file('good') },
      'holds no JSON Web Key Set with public keys',
    ],
    [
      'a JWKS by http',
      { ...tokens, SCOREHOST_TOKEN_JWKS: 'http://issuer.example/keys' },
      'a URL must be https, or http on loopback.',
    ],
  ])('refuses %s, and never says a key', async (_, env, message) => {
    const error = await open(env).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'AUTH_INVALID', message: expect.stringContaining(message) });
    expect(String(error)).not.toContain(KEY);
  });

  it('refuses a key in a variable that cannot be one, and does not say it', async () => {
    const error = await open({ SCOREHOST_PRIMARY_KEY: 'hunter2' }).catch((thrown: unknown) => thrown);
    const message =
      'SCOREHOST_PRIMARY_KEY from the environment has a value that is not shown, but must be 16 to 512 letters, digits and - . _ ~ + / =.';
    expect(error).toMatchObject({ code: 'SETTING_INVALID', message });
  });
});
