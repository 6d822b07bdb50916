/** What the page looks at in an OpenAPI document; the rest passes through. */
export interface ApiDocument {
  readonly info?: { readonly title?: string };
  readonly paths?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/**
 * The document with the address at which this page reached the service in place of those it names, so that calls go
 * there. The prefix that SERVICE_PATH_PREFIX prints before every path may be that of another proxy, or of none: it goes.
 *
 * @param served - The folder of the service, ending in a slash.
 */
export function asServedAt(document: ApiDocument, served: URL): ApiDocument {
  const paths = document.paths ?? {};
  const prefix = pathPrefix(Object.keys(paths));
  const unprefixed = Object.entries(paths).map(([path, item]) => [path.slice(prefix.length), item]);
  return { ...document, servers: [{ url: served.href.replace(/\/$/, '') }], paths: Object.fromEntries(unprefixed) };
}

/** What stands before `/score`, if it stands before all paths. */
function pathPrefix(paths: readonly string[]): string {
  const prefix = paths.find((path) => path.endsWith('/score'))?.slice(0, -'/score'.length) ?? '';
  return paths.every((path) => path.startsWith(`${prefix}/`)) ? prefix : '';
}
