import type { Config } from '../config/settings.js';
import type { Log } from '../telemetry/log.js';
import type { Secrets } from '../telemetry/secrets.js';
import { openCredentials } from './auth/credentials.js';
import { createGuard, type Guard } from './auth/guard.js';
import { Certificate } from './tls/certificate.js';

/** Who may call, and how connections are encrypted. */
export interface Security {
  /** Undefined: everything is open. */
  readonly guard: Guard | undefined;
  /** Undefined: plain HTTP. */
  readonly certificate: Certificate | undefined;
  /** Looks for changed files no longer. */
  readonly stop: () => void;
}

/**
 * Reads keys, tokens' keys and certificates, and follows their files from then on.
 *
 * @param onKeysChanged - Called when there are other keys than before.
 * @throws {HostError} `AUTH_INVALID`, `TLS_INVALID`
 */
export async function openSecurity(
  { auth, tls, http }: Config,
  log: Log,
  secrets: Secrets,
  onKeysChanged: () => void,
): Promise<Security> {
  const credentials = await openCredentials(auth, log, secrets, onKeysChanged);
  const certificate = await Certificate.open(tls, log).catch((error) => {
    credentials?.stop();
    throw error;
  });
  const guard = createGuard({
    credentials,
    clientCertificates: tls.clientCaFile !== '',
    metricsPublic: auth.metricsPublic,
    cors: http.corsOrigins.length > 0,
  });
  const warning = exposure(guard !== undefined, auth.metricsPublic, http.host);
  if (warning) log.warn(warning);
  return {
    guard,
    certificate,
    stop: () => {
      credentials?.stop();
      certificate?.stop();
    },
  };
}

/** What of the host is open to whoever reaches it from elsewhere; undefined where that is nothing. */
export function exposure(guarded: boolean, metricsPublic: boolean, host: string): string | undefined {
  if (isLoopback(host)) return undefined;
  if (!guarded)
    return `Whoever reaches ${host} may call /score and read /swagger.json, /metrics and /status: no key is asked for. Set SCOREHOST_PRIMARY_KEY_FILE, or see that only those reach it who may.`;
  if (metricsPublic) return `Whoever reaches ${host} may read /metrics: SCOREHOST_METRICS_PUBLIC is true.`;
  return undefined;
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|(?:0{0,4}:){2,7}0{0,3}1)$/i.test(host);
}
