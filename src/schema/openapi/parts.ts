import type { Operation } from './operations.js';

/** What the documents say about the service besides its schema. */
export interface ServiceInfo {
  readonly name: string;
  readonly version: string;
  /** Prefix of the paths in the documents; it is printed, never routed. */
  readonly pathPrefix: string;
}

export function infoOf({ name, version }: ServiceInfo): object {
  return { title: name, description: `API specification for the Azure Machine Learning service ${name}`, version };
}

export const bearer = {
  type: 'apiKey',
  name: 'Authorization',
  in: 'header',
  description: 'For example: Bearer abc123',
} as const;
export const bearerRequired = [{ Bearer: [] }];

/** The operations by path and method; every path has what `common` says of it besides. */
export function pathsOf(
  { pathPrefix }: ServiceInfo,
  operations: readonly Operation[],
  print: (operation: Operation) => object,
  common: (path: string) => object,
): object {
  const prefix = pathPrefix.replace(/^\/+|\/+$/g, '').replace(UNPRINTABLE, encodeURIComponent);
  const base = prefix === '' ? '' : `/${prefix}`;
  const paths = [...new Set(operations.map(({ path }) => path))].map((path) => {
    const methods = operations.filter((operation) => operation.path === path);
    return [base + path, { ...Object.fromEntries(methods.map((each) => [each.method, print(each)])), ...common(path) }];
  });
  return Object.fromEntries(paths);
}

/** What would end a path, or make a template of it. */
const UNPRINTABLE = /[{}?#\s]/g;
