import { flag, flagOrAuto, integer, type Settings, secret, text } from '../setting.js';

/** Who may call. */
export interface AuthConfig {
  readonly enabled: boolean | 'auto';
  readonly primaryKey: string;
  readonly primaryKeyFile: string;
  readonly secondaryKey: string;
  readonly secondaryKeyFile: string;
  readonly tokenJwks: string;
  readonly tokenIssuer: string;
  readonly tokenAudience: string;
  readonly tokenClockSkewS: number;
  readonly metricsPublic: boolean;
}

/** What a key may be. */
export const KEY_RANGE = '16 to 512 letters, digits and - . _ ~ + / =';

/** @returns undefined for a text that cannot be a key: `Bearer` must be able to carry it (RFC 6750, 2.1), and nobody to guess it. */
export function parseKey(key: string): string | undefined {
  return /^[A-Za-z0-9._~+/=-]{16,512}$/.test(key) ? key : undefined;
}

const key = { range: KEY_RANGE, parse: parseKey };

export const authSettings: Settings<AuthConfig> = {
  enabled: flagOrAuto({
    env: 'AUTH_ENABLED',
    defaultText: 'auto: true where keys or tokens are set',
    help: 'Whether callers need a key or a token. true without any of them stops the start.',
  }),
  primaryKey: secret({
    env: 'SCOREHOST_PRIMARY_KEY',
    ...key,
    help: 'Key that callers send as Authorization: Bearer KEY. The secondary key is as good: that is how keys are changed one by one.',
  }),
  primaryKeyFile: text({
    env: 'SCOREHOST_PRIMARY_KEY_FILE',
    default: '',
    help: 'File that holds the primary key, such as one of a Kubernetes Secret. When it changes, the new key is taken over.',
  }),
  secondaryKey: secret({ env: 'SCOREHOST_SECONDARY_KEY', ...key, help: 'The other key.' }),
  secondaryKeyFile: text({
    env: 'SCOREHOST_SECONDARY_KEY_FILE',
    default: '',
    help: 'File that holds the secondary key.',
  }),
  tokenJwks: text({
    env: 'SCOREHOST_TOKEN_JWKS',
    default: '',
    help: 'Public keys (a JWKS) of whoever issues tokens, by file or URL: callers then send a JWT as Authorization: Bearer TOKEN, and keys cannot be set. URLs are https, or http on loopback.',
  }),
  tokenIssuer: text({
    env: 'SCOREHOST_TOKEN_ISSUER',
    default: '',
    help: 'What tokens must have as iss, exactly.',
  }),
  tokenAudience: text({
    env: 'SCOREHOST_TOKEN_AUDIENCE',
    default: '',
    help: 'What tokens must have as, or in, aud.',
  }),
  tokenClockSkewS: integer({
    env: 'SCOREHOST_TOKEN_CLOCK_SKEW_S',
    default: 60,
    min: 0,
    max: 600,
    help: 'Seconds by which the clocks of issuer and host may differ, where exp and nbf are checked.',
  }),
  metricsPublic: flag({
    env: 'SCOREHOST_METRICS_PUBLIC',
    default: false,
    help: 'Whether /metrics can be read without key, token or client certificate.',
  }),
};
