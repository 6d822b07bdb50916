import type { IncomingMessage, ServerResponse } from 'node:http';
import { HostError } from '../../../errors.js';
import type { TlsConfig } from '../../config/settings.js';
import { Exchange, type ExchangeSettings } from '../exchange.js';
import { type EndParts, exchangeEnd } from '../handler.js';
import { refused } from '../refusals.js';
import type { Handler } from '../server.js';
import type { Certificate } from './certificate.js';

/** Answers plain HTTP that comes to a port of HTTPS. Nothing of what it asks for is looked at but where to. */
export function plainHttpHandler(
  plainHttp: TlsConfig['plainHttp'],
  certificate: Certificate,
  parts: EndParts & { readonly exchangeSettings: ExchangeSettings },
): Handler {
  const onEnd = exchangeEnd(parts);
  const closing: ExchangeSettings = { ...parts.exchangeSettings, closing: () => true };
  return (req: IncomingMessage, res: ServerResponse): Exchange => {
    const exchange = new Exchange(req, res, closing, onEnd);
    const secure = plainHttp === 'redirect' ? secureUrl(req, certificate) : undefined;
    if (secure) exchange.send(308, ['Location', secure], '');
    else refused(exchange, new HostError('TLS_REQUIRED', 'This port speaks HTTPS: begin the URL with https://.'));
    return exchange;
  };
}

const HOST = /^(?:([a-z0-9-]+(?:\.[a-z0-9-]+)*\.?)|\[([0-9a-f:.]+)\])(?::\d{1,5})?$/i;
/** Of a name of DNS, with a port. */
const HOST_CHARACTERS_MAX = 260;

/**
 * Where the same would be asked for with HTTPS: undefined where that cannot be said, or the certificate is for another name,
 * so that nobody can have others sent wherever he likes.
 */
function secureUrl({ headers, url = '' }: IncomingMessage, certificate: Certificate): string | undefined {
  const { host = '' } = headers;
  const [, name, address] = (host.length <= HOST_CHARACTERS_MAX && HOST.exec(host)) || [];
  const asked = name ?? address;
  if (asked === undefined || !url.startsWith('/') || !certificate.isFor(asked)) return undefined;
  return `https://${host}${url}`;
}
