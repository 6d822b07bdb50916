import type { IncomingMessage } from 'node:http';

/** What a request says of itself in `Authorization`. */
export type SentCredentials =
  | { readonly kind: 'none' }
  /** Something else than one header with the scheme Bearer. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'bearer'; readonly secret: string };

const NONE: SentCredentials = { kind: 'none' };
const MALFORMED: SentCredentials = { kind: 'malformed' };
const NAME = 'authorization';

/**
 * The credentials of a request. From its raw headers: of several `Authorization` Node shows the first alone, and what stands
 * before this host may have looked at another.
 */
export function readBearer({ rawHeaders }: IncomingMessage): SentCredentials {
  let found: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!isAuthorization(rawHeaders[i] as string)) continue;
    if (found !== undefined) return MALFORMED;
    found = rawHeaders[i + 1] as string;
  }
  if (found === undefined) return NONE;
  const [, secret] = /^bearer +([\x21-\x7e]+)$/i.exec(found) ?? [];
  return secret === undefined ? MALFORMED : { kind: 'bearer', secret };
}

/** The headers of a request without its credentials: names and values in turn. */
export function withoutAuthorization(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter((_, i) => !isAuthorization(rawHeaders[i - (i % 2)] as string));
}

function isAuthorization(name: string): boolean {
  return name.length === NAME.length && name.toLowerCase() === NAME;
}
