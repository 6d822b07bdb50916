import { asError, HostError } from '../../../errors.js';
import { type AuthConfig, KEY_RANGE, parseKey } from '../../config/sections/auth.js';
import type { Log } from '../../telemetry/log.js';
import type { Secrets } from '../../telemetry/secrets.js';
import { WatchedFiles } from '../watched-files.js';
import { type KeyName, Keys } from './keys.js';
import { Tokens } from './tokens.js';

/** What callers are asked for: keys, or tokens. */
export type Credentials = (
  | { readonly kind: 'keys'; readonly keys: Keys }
  | { readonly kind: 'tokens'; readonly tokens: Tokens }
) & {
  /** Looks for changes no longer. */
  readonly stop: () => void;
};

/**
 * The keys or tokens of the settings; undefined where nobody is asked for any.
 *
 * @throws {HostError} `AUTH_INVALID` where settings contradict each other, or a file cannot be used.
 */
export async function openCredentials(
  config: AuthConfig,
  log: Log,
  secrets: Secrets,
  onChange: () => void,
): Promise<Credentials | undefined> {
  const sources = keySources(config);
  const isSet = sources.length > 0 || config.tokenJwks !== '';
  // Also of keys that are not asked for: no line of user code shows one.
  for (const { variable, key } of sources) secrets.set(variable, [key]);
  if (config.enabled === false) {
    if (isSet) log.warn('AUTH_ENABLED is false: the keys or tokens that are set are not asked for.');
    return undefined;
  }
  checkTogether(config, sources);
  if (config.tokenJwks !== '') return openTokens(config, log);
  if (sources.length > 0) return openKeys(sources, log, secrets, onChange);
  if (config.enabled === true) throw invalid('AUTH_ENABLED is true, but no key is set, and no SCOREHOST_TOKEN_JWKS.');
  return undefined;
}

interface KeySource {
  readonly name: KeyName;
  readonly variable: string;
  readonly key: string;
  readonly file: string;
}

function keySources(config: AuthConfig): readonly KeySource[] {
  const all: readonly KeySource[] = [
    { name: 'primary', variable: 'SCOREHOST_PRIMARY_KEY', key: config.primaryKey, file: config.primaryKeyFile },
    { name: 'secondary', variable: 'SCOREHOST_SECONDARY_KEY', key: config.secondaryKey, file: config.secondaryKeyFile },
  ];
  return all.filter(({ key, file }) => key !== '' || file !== '');
}

function checkTogether({ tokenJwks, tokenIssuer, tokenAudience }: AuthConfig, sources: readonly KeySource[]): void {
  for (const { variable, key, file } of sources) {
    if (key !== '' && file !== '') throw invalid(`Both ${variable} and ${variable}_FILE are set: one of them holds.`);
  }
  if (tokenJwks !== '' && sources.length > 0)
    throw invalid('Both keys and SCOREHOST_TOKEN_JWKS are set: callers send a key, or a token.');
  const terms = [
    ['SCOREHOST_TOKEN_JWKS', tokenJwks],
    ['SCOREHOST_TOKEN_ISSUER', tokenIssuer],
    ['SCOREHOST_TOKEN_AUDIENCE', tokenAudience],
  ] as const;
  const missing = terms.filter(([, value]) => value === '').map(([name]) => name);
  // Without an audience every token of the issuer would be taken, for whatever service it was made.
  if (missing.length > 0 && missing.length < terms.length)
    throw invalid(`Tokens need ${terms.map(([name]) => name).join(', ')}; not set: ${missing.join(', ')}.`);
}

async function openKeys(
  sources: readonly KeySource[],
  log: Log,
  secrets: Secrets,
  onChange: () => void,
): Promise<Credentials> {
  const keys = new Keys();
  const files: WatchedFiles[] = [];
  for (const source of sources) {
    const take = (key: string) => {
      keys.set(source.name, key);
      secrets.set(source.variable, [key]);
      if (keys.areEqual)
        log.warn('the primary and the secondary key are the same: to change one of them changes nothing');
      onChange();
    };
    if (source.file === '') take(source.key);
    else files.push(await watchKey(source, take, log));
  }
  const stop = () => {
    for (const file of files) file.stop();
  };
  return { kind: 'keys', keys, stop };
}

async function watchKey(
  { name, variable, file }: KeySource,
  take: (key: string) => void,
  log: Log,
): Promise<WatchedFiles> {
  let started = false;
  const watched = new WatchedFiles([file], log, ([content]) => {
    const key = parseKey(String(content).replace(/\r?\n$/, ''));
    if (key === undefined) throw new Error(`${file} must hold a key: ${KEY_RANGE}.`);
    take(key);
    if (started) log.info(`the ${name} key has changed, and is taken over from ${file}`);
  });
  await watched.start().catch((error) => {
    throw invalid(`${variable}_FILE: ${asError(error).message}`);
  });
  started = true;
  return watched;
}

async function openTokens(config: AuthConfig, log: Log): Promise<Credentials> {
  const { tokenJwks, tokenIssuer, tokenAudience, tokenClockSkewS } = config;
  const terms = { jwks: tokenJwks, issuer: tokenIssuer, audience: tokenAudience, clockSkewS: tokenClockSkewS };
  const tokens = await Tokens.open(terms, log);
  return { kind: 'tokens', tokens, stop: tokens.stop };
}

function invalid(message: string): HostError {
  return new HostError('AUTH_INVALID', message);
}
