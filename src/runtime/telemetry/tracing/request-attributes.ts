import type { TracedRequest } from './tracing.js';

/** Those that the conventions know; whatever else a caller invents must not make a name of its own. */
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE']);
const DEFAULT_PORTS = { http: 80, https: 443 } as const;
/** Of what a caller may make as long as it likes. */
const VALUE_CHARACTERS_MAX = 1_024;

/** The name of the span of a request: few different ones, whatever callers ask for. */
export function spanName({ method, route }: TracedRequest): string {
  const known = METHODS.has(method) ? method : 'HTTP';
  return route === undefined ? known : `${known} ${route}`;
}

/**
 * What a request is told of, by the stable names of the semantic conventions for HTTP. Neither its query nor the address of
 * its caller are: the data of callers stays here.
 */
export function requestAttributes(request: TracedRequest): Record<string, string | number> {
  const { method, path, route, scheme, host, httpVersion, userAgent, requestId, clientRequestId } = request;
  const known = METHODS.has(method);
  return {
    'http.request.method': known ? method : '_OTHER',
    ...(known ? {} : { 'http.request.method_original': method }),
    'url.path': shortened(path),
    'url.scheme': scheme,
    ...(route === undefined ? {} : { 'http.route': route }),
    ...serverAttributes(host, scheme),
    'network.protocol.version': httpVersion,
    ...(userAgent === undefined ? {} : { 'user_agent.original': shortened(userAgent) }),
    'scorehost.request_id': requestId,
    ...(clientRequestId === undefined ? {} : { 'scorehost.client_request_id': clientRequestId }),
  };
}

/** As the caller addressed it. */
function serverAttributes(host: string | undefined, scheme: 'http' | 'https') {
  const [, name, port] = /^(\[[^\]]*\]|[^:]+)(?::(\d{1,5}))?$/.exec(host ?? '') ?? [];
  if (name === undefined) return {};
  const address = name.startsWith('[') ? name.slice(1, -1) : name;
  return { 'server.address': shortened(address), 'server.port': port ? Number(port) : DEFAULT_PORTS[scheme] };
}

function shortened(text: string): string {
  return text.length > VALUE_CHARACTERS_MAX ? text.slice(0, VALUE_CHARACTERS_MAX) : text;
}
