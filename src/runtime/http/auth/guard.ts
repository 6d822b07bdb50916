import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type HostError, refusal } from '../../../errors.js';
import { isPreflight } from '../cors.js';
import type { RouteName } from '../route.js';
import { readBearer } from './bearer.js';
import type { Credentials } from './credentials.js';

/** What is asked for before anything is answered. */
export interface GuardTerms {
  readonly credentials: Credentials | undefined;
  /** Whether connections must have a client certificate that TLS has verified. */
  readonly clientCertificates: boolean;
  readonly metricsPublic: boolean;
  /** Whether CORS is on. */
  readonly cors: boolean;
}

/** What the guard says of a request; a promise only where a token has to be verified. */
export type Verdict =
  | 'pass'
  /** A browser asks whether it may send a request, in which it would send the key: it is told, and no more. */
  | 'preflight'
  | HostError;

/** The one guard before every route. */
export interface Guard {
  readonly verdictOn: (req: IncomingMessage, route: RouteName | undefined) => Verdict | Promise<Verdict>;
  /** Whether it is for the guard what `Authorization` says, and not for the entry module. */
  readonly takesAuthorization: boolean;
}

/**
 * Who gets to see a route. Everything is guarded but what is named here; paths that are none are, too, so that nobody without
 * a key learns which are.
 */
const access: Readonly<Record<RouteName, 'guarded' | 'public' | 'shell' | 'metrics'>> = {
  // Probes have no key.
  health: 'public',
  ready: 'public',
  // Pages without data, which ask for the key and fetch them with it.
  docs: 'shell',
  status: 'shell',
  metrics: 'metrics',
  score: 'guarded',
  swagger: 'guarded',
  statusEvents: 'guarded',
};

/** @returns undefined where everything is open. */
export function createGuard(terms: GuardTerms): Guard | undefined {
  const { credentials, clientCertificates, metricsPublic, cors } = terms;
  if (!credentials && !clientCertificates) return undefined;
  const certified = new CertifiedConnections();
  const verdictOn: Guard['verdictOn'] = (req, route) => {
    const open = route === undefined ? 'guarded' : access[route];
    if (open === 'public' || (open === 'metrics' && metricsPublic)) return 'pass';
    if (cors && isPreflight(req)) return 'preflight';
    if (clientCertificates && !certified.has(req.socket as TLSSocket)) return certificateRequired();
    if (!credentials || open === 'shell') return 'pass';
    return verdictOnBearer(req, credentials);
  };
  return { verdictOn, takesAuthorization: credentials !== undefined };
}

/** What the `WWW-Authenticate` of a refusal says. @see RFC 6750, 3 */
export function challenge(req: IncomingMessage): string {
  const sent = readBearer(req).kind !== 'none';
  return `Bearer realm="scorehost"${sent ? ', error="invalid_token"' : ''}`;
}

function verdictOnBearer(req: IncomingMessage, credentials: Credentials): Verdict | Promise<Verdict> {
  const bearer = readBearer(req);
  const { kind } = credentials;
  const how = kind === 'keys' ? 'Authorization: Bearer KEY' : 'Authorization: Bearer TOKEN';
  if (bearer.kind === 'none') return unauthorized(`This service asks for a ${kind.slice(0, -1)}: send it as ${how}.`);
  if (bearer.kind === 'malformed') return unauthorized(`The header must be there once, in this form: ${how}.`);
  if (credentials.kind === 'tokens')
    return credentials.tokens.problemOf(bearer.secret).then((problem) => problem ?? 'pass');
  return credentials.keys.accepts(bearer.secret) ? 'pass' : unauthorized('The key is not valid.');
}

function unauthorized(message: string): HostError {
  return refusal('UNAUTHORIZED', message);
}

/** Connections with a client certificate: looked at once for each. */
class CertifiedConnections {
  readonly #seen = new WeakMap<TLSSocket, boolean>();

  has(socket: TLSSocket): boolean {
    let certified = this.#seen.get(socket);
    if (certified === undefined) {
      // Not by `authorized` alone: to OpenSSL, a client that resumes the session of a connection on which it had no
      // certificate is authorized, though it never showed one.
      certified = socket.authorized && socket.getPeerX509Certificate() !== undefined;
      this.#seen.set(socket, certified);
    }
    return certified;
  }
}

function certificateRequired(): HostError {
  return refusal(
    'CLIENT_CERTIFICATE_REQUIRED',
    'The connection has no client certificate, or one that is not trusted here.',
  );
}
