import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Tokens } from '../../../../src/runtime/http/auth/tokens.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'scoring';
const SKEW_S = 30;
type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

let rsa: Keys;
let ec: Keys;
let stranger: Keys;
beforeAll(async () => {
  [rsa, ec, stranger] = (await Promise.all(
    ['RS256', 'ES256', 'ES256'].map((algorithm) => generateKeyPair(algorithm, { extractable: true })),
  )) as [Keys, Keys, Keys];
});

async function jwks(...keys: readonly Keys[]): Promise<string> {
  const all = keys.map(async (each) => ({ ...(await exportJWK(each.publicKey)), kid: kidOf(each) }));
  return JSON.stringify({ keys: await Promise.all(all) });
}

const kidOf = (keys: Keys) => (keys === rsa ? 'rsa' : keys === ec ? 'ec' : 'stranger');
const nowS = () => Math.floor(Date.now() / 1000);

function token(
  keys: Keys,
  claims: { readonly [name: string]: unknown } = {},
  kid: string = kidOf(keys),
): Promise<string> {
  const payload: JWTPayload = { iss: ISSUER, aud: AUDIENCE, exp: nowS() + 60, sub: 'caller-42', ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: keys === rsa ? 'RS256' : 'ES256', kid }).sign(keys.privateKey);
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('tokens against a file', () => {
  let tokens: Tokens;
  let file: string;
  beforeAll(async () => {
    file = join(temporaryFolder({ 'jwks.json': await jwks(rsa, ec) }), 'jwks.json');
    const terms = { jwks: file, issuer: ISSUER, audience: AUDIENCE, clockSkewS: SKEW_S };
    tokens = await Tokens.open(terms, pino({ level: 'silent' }));
  });
  afterAll(() => tokens.stop());

  it.each<[string, () => Promise<string>]>([
    ['RS256', () => token(rsa)],
    ['ES256', () => token(ec)],
    ['several audiences', () => token(ec, { aud: ['other', AUDIENCE] })],
    ['one that expired within the skew', () => token(ec, { exp: nowS() - SKEW_S + 5 })],
    ['one that begins within the skew', () => token(ec, { nbf: nowS() + SKEW_S - 5 })],
  ])('takes %s', async (_, make) => expect(await tokens.problemOf(await make())).toBeUndefined());

  const valid = () => ({ iss: ISSUER, aud: AUDIENCE, exp: nowS() + 60 });
  it.each<[string, () => Promise<string>, string]>([
    ['one that has expired', () => token(ec, { exp: nowS() - SKEW_S - 5 }), 'it has expired.'],
    ['one that never ends', () => token(ec, { exp: undefined }), 'its claim exp is not as it must be.'],
    ['one that is not valid yet', () => token(ec, { nbf: nowS() + SKEW_S + 5 }), 'its claim nbf is not as it must be.'],
    ['another issuer', () => token(ec, { iss: `${ISSUER}/` }), 'its claim iss is not as it must be.'],
    ['another audience', () => token(ec, { aud: 'other' }), 'its claim aud is not as it must be.'],
    ['no audience', () => token(ec, { aud: undefined }), 'its claim aud is not as it must be.'],
    ['a key that is not published', () => token(stranger), 'it is signed by a key that its issuer does not publish.'],
    ['another key by that name', () => token(stranger, {}, 'ec'), 'its signature is not valid.'],
    [
      'claims that were changed',
      async () => (await token(ec)).replace(/\.[^.]+\./, `.${part({ ...valid(), sub: 'admin' })}.`),
      'its signature is not valid.',
    ],
    ['alg none', async () => `${part({ alg: 'none' })}.${part(valid())}.`, 'its algorithm is none that is taken.'],
    [
      'HS256 with the public key as its secret',
      async () => {
        const signed = `${part({ alg: 'HS256', kid: 'rsa' })}.${part(valid())}`;
        const secret = await exportSPKI(rsa.publicKey);
        return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
      },
      'its algorithm is none that is taken.',
    ],
    [
      'a key in the token itself',
      async () =>
        (await token(stranger, {}, 'ec')).replace(
          /^[^.]+/,
          part({ alg: 'ES256', jwk: await exportJWK(stranger.publicKey) }),
        ),
      'its signature is not valid.',
    ],
    [
      'an extension that must be known',
      async () => (await token(ec)).replace(/^[^.]+/, part({ alg: 'ES256', crit: ['x'], x: 1 })),
      'its algorithm is none that is taken.',
    ],
    ['a key', async () => 'a-key-of-some-service', 'it is no JWT.'],
    ['what is no JSON', async () => 'a.b.c', 'it is no JWT.'],
    ['an encrypted one', async () => 'a.b.c.d.e', 'it is no JWT.'],
  ])('refuses %s, and says why without its claims', async (_, make, reason) => {
    const problem = await tokens.problemOf(await make());
    expect(problem).toMatchObject({ code: 'UNAUTHORIZED', message: `The token is not valid: ${reason}` });
  });

  it('takes over another file', async () => {
    writeFileSync(file, await jwks(stranger));
    await vi.waitUntil(async () => (await tokens.problemOf(await token(stranger))) === undefined, { timeout: 10_000 });
    expect(await tokens.problemOf(await token(ec))).toMatchObject({ code: 'UNAUTHORIZED' });
  });
});

describe('tokens against a URL', () => {
  let server: Server;
  let answer: () => Promise<[status: number, body: string]>;
  let asked = 0;
  let lines: string[] = [];
  let tokens: Tokens | undefined;
  beforeAll(async () => {
    server = createServer((_, res) => {
      asked++;
      void answer().then(([status, body]) => res.writeHead(status).end(body));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterEach(() => tokens?.stop());
  afterAll(() => server.close());

  async function open(): Promise<Tokens> {
    asked = 0;
    lines = [];
    const { port } = server.address() as AddressInfo;
    const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
    const terms = { jwks: `http://127.0.0.1:${port}/keys`, issuer: ISSUER, audience: AUDIENCE, clockSkewS: 0 };
    tokens = await Tokens.open(terms, log);
    return tokens;
  }

  it('fetches the keys once for many tokens, and asks for no key that is made up again and again', async () => {
    answer = async () => [200, await jwks(ec)];
    const opened = await open();
    const good = await token(ec);
    expect(await Promise.all(Array.from({ length: 20 }, () => opened.problemOf(good)))).toEqual(
      Array(20).fill(undefined),
    );
    for (let i = 0; i < 20; i++) {
      expect(await opened.problemOf(await token(stranger, {}, `made-up-${i}`))).toMatchObject({ code: 'UNAUTHORIZED' });
    }
    expect(asked).toBe(1);
  });

  it('cannot verify while their server fails, says so once, and does not ask it for each token', async () => {
    answer = async () => [500, ''];
    const opened = await open();
    const good = await token(ec);
    for (let i = 0; i < 20; i++) {
      expect(await opened.problemOf(good)).toMatchObject({ code: 'TOKEN_KEYS_UNAVAILABLE' });
    }
    expect(asked).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(/^SCOREHOST_TOKEN_JWKS: cannot fetch the keys of http:\S+: it answers 500$/),
    ]);
  });

  it('takes no redirect for an answer', async () => {
    answer = async () => [302, ''];
    expect(await (await open()).problemOf(await token(ec))).toMatchObject({ code: 'TOKEN_KEYS_UNAVAILABLE' });
    expect(lines).toEqual([expect.stringContaining('it answers 302')]);
  });

  it('verifies by the keys that it knows while their server is away', async () => {
    answer = async () => [200, await jwks(ec)];
    const opened = await open();
    expect(await opened.problemOf(await token(ec))).toBeUndefined();
    answer = async () => [503, ''];
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    try {
      expect(await opened.problemOf(await token(stranger))).toMatchObject({ code: 'TOKEN_KEYS_UNAVAILABLE' });
      expect(await opened.problemOf(await token(ec))).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });
});
