import type { JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { asError, HostError, refusal } from '../../../errors.js';
import type { Log } from '../../telemetry/log.js';
import { WatchedFiles } from '../watched-files.js';
import { remoteKeys } from './remote-keys.js';

type Jose = typeof import('jose');

/** What a token must be. */
export interface TokenTerms {
  /** A file, or a URL. */
  readonly jwks: string;
  readonly issuer: string;
  readonly audience: string;
  readonly clockSkewS: number;
}

/**
 * Only signatures by a private key. With one of the others (HS256, none) whoever knows the public key, which is everybody,
 * could make tokens.
 */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Checks JWTs. `jose` is loaded when the first of them is made. */
export class Tokens {
  readonly #jose: Jose;
  readonly #keys: JWTVerifyGetKey;
  readonly #options: JWTVerifyOptions;
  readonly #log: Log;
  readonly stop: () => void;

  private constructor(jose: Jose, keys: JWTVerifyGetKey, terms: TokenTerms, log: Log, stop: () => void) {
    this.#jose = jose;
    this.#keys = keys;
    this.#log = log;
    this.#options = {
      algorithms: ALGORITHMS,
      issuer: terms.issuer,
      audience: terms.audience,
      clockTolerance: terms.clockSkewS,
      requiredClaims: ['exp'],
    };
    this.stop = stop;
  }

  /**
   * Reads a file of keys now, and whenever it changes. Those of a URL are asked for, but not waited for: their server may be
   * away for a while.
   *
   * @throws {HostError} `AUTH_INVALID` for a file that holds no public keys.
   */
  static async open(terms: TokenTerms, log: Log): Promise<Tokens> {
    const jose = await import('jose');
    const url = jwksUrl(terms.jwks);
    if (url) {
      const { keys, stop } = remoteKeys(jose, url, log);
      return new Tokens(jose, keys, terms, log, stop);
    }
    let keys: JWTVerifyGetKey | undefined;
    const file = new WatchedFiles([terms.jwks], log, ([content]) => {
      const before = keys;
      keys = readJwks(jose, terms.jwks, String(content));
      if (before) log.info(`SCOREHOST_TOKEN_JWKS: the keys in ${terms.jwks} have changed, and are taken over`);
    });
    await file.start().catch((error) => {
      throw new HostError('AUTH_INVALID', `SCOREHOST_TOKEN_JWKS: ${asError(error).message}`, { cause: error });
    });
    const current: JWTVerifyGetKey = (header, token) => (keys as JWTVerifyGetKey)(header, token);
    return new Tokens(jose, current, terms, log, () => file.stop());
  }

  /** @returns what is wrong with a token, or undefined. */
  async problemOf(token: string): Promise<HostError | undefined> {
    try {
      await this.#jose.jwtVerify(token, this.#keys, this.#options);
      return undefined;
    } catch (error) {
      return this.#problem(asError(error));
    }
  }

  /** What jose says of a token names its claims at most, never their values. */
  #problem(error: Error): HostError {
    const { JWTExpired, JWTClaimValidationFailed, JWTInvalid, JWSInvalid, JWSSignatureVerificationFailed } =
      this.#jose.errors;
    const { JOSEAlgNotAllowed, JOSENotSupported, JWKSNoMatchingKey, JWKSMultipleMatchingKeys } = this.#jose.errors;
    if (error instanceof JWTExpired) return refused('it has expired.');
    if (error instanceof JWTClaimValidationFailed) return refused(`its claim ${error.claim} is not as it must be.`);
    if (error instanceof JWTInvalid || error instanceof JWSInvalid) return refused('it is no JWT.');
    if (error instanceof JWSSignatureVerificationFailed) return refused('its signature is not valid.');
    if (error instanceof JOSEAlgNotAllowed || error instanceof JOSENotSupported)
      return refused('its algorithm is none that is taken.');
    if (error instanceof JWKSNoMatchingKey) return refused('it is signed by a key that its issuer does not publish.');
    if (error instanceof JWKSMultipleMatchingKeys) return refused('it does not say by which key it is signed.');
    this.#log.debug({ reason: error.message }, 'a token could not be verified');
    return refusal('TOKEN_KEYS_UNAVAILABLE', 'The token cannot be verified now: the keys of its issuer are not known.');
  }
}

function refused(reason: string): HostError {
  return refusal('UNAUTHORIZED', `The token is not valid: ${reason}`);
}

/** @throws {HostError} `AUTH_INVALID` for a URL by which anybody on the way could give other keys. */
function jwksUrl(text: string): URL | undefined {
  if (!/^https?:\/\//i.test(text)) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url && (url.protocol === 'https:' || isLoopback)) return url;
  throw new HostError('AUTH_INVALID', 'SCOREHOST_TOKEN_JWKS: a URL must be https, or http on loopback.');
}

/** @throws an Error that names the file. */
function readJwks({ createLocalJWKSet }: Jose, path: string, text: string): JWTVerifyGetKey {
  try {
    const jwks = JSON.parse(text) as { keys: readonly { kty?: unknown }[] };
    const keys = createLocalJWKSet(jwks as never);
    if (!jwks.keys.some(({ kty }) => kty === 'RSA' || kty === 'EC' || kty === 'OKP')) throw new Error('no public key');
    return keys;
  } catch (error) {
    throw new Error(`${path} holds no JSON Web Key Set with public keys: {"keys": [{"kty": "RSA", …}]}.`, {
      cause: error,
    });
  }
}
