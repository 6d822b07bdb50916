import type { JWTVerifyGetKey } from 'jose';
import { asError } from '../../../errors.js';
import type { Log } from '../../telemetry/log.js';

type Jose = typeof import('jose');

/** Keys that their issuer has withdrawn are forgotten after so long. */
const REFRESH_MS = 5 * 60_000;
/** A server that has failed is not asked again for so long. */
const FAILURE_PAUSE_MS = 5_000;
const FETCH_MS_MAX = 5_000;

/**
 * The keys behind a URL. They are fetched now and every five minutes, and at once for a token of a key that is not known yet,
 * at most every 30 s. While their server is away, those that are known hold on: no call waits for it, and none fails by it.
 */
export function remoteKeys(jose: Jose, url: URL, log: Log): { keys: JWTVerifyGetKey; stop: () => void } {
  let failing = false;
  const onFailure = (error: unknown) => {
    if (!failing) log.error(`SCOREHOST_TOKEN_JWKS: cannot fetch the keys of ${url.origin}: ${reasonOf(error)}`);
    failing = true;
  };
  const keys = jose.createRemoteJWKSet(url, {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    timeoutDuration: FETCH_MS_MAX,
    [jose.customFetch]: pausing(fetch, onFailure),
  });
  const refresh = async () => {
    try {
      await keys.reload();
      if (failing) log.info(`SCOREHOST_TOKEN_JWKS: the keys of ${url.origin} can be fetched again`);
      failing = false;
    } catch (error) {
      onFailure(error);
    }
  };
  void refresh();
  const timer = setInterval(() => void refresh(), REFRESH_MS).unref();
  return { keys, stop: () => clearInterval(timer) };
}

type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/** Behind a failure it fails by itself for a while: tokens that anybody makes up must not become requests to others. */
function pausing(inner: Fetch, onFailure: (error: unknown) => void): Fetch {
  let failure: { readonly error: unknown; readonly atMs: number } | undefined;
  return async (url, options) => {
    if (failure && performance.now() - failure.atMs < FAILURE_PAUSE_MS) throw failure.error;
    failure = undefined;
    try {
      const response = await inner(url, options);
      if (response.status !== 200) throw new Error(`it answers ${response.status}`);
      return response;
    } catch (error) {
      failure = { error, atMs: performance.now() };
      onFailure(error);
      throw error;
    }
  };
}

/** Of a fetch, the message says only that it failed. */
function reasonOf(thrown: unknown): string {
  const { message, cause } = asError(thrown);
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
