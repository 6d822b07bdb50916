/** The paths of the host. */
export type RouteName = 'health' | 'ready' | 'score' | 'swagger';

export interface Route {
  readonly name: RouteName;
  /** Methods that get as far as the route. */
  readonly methods: readonly string[];
}

const READ_METHODS = ['GET', 'HEAD', 'OPTIONS'];

const routes: Readonly<Record<string, Route>> = {
  '/': { name: 'health', methods: READ_METHODS },
  '/health/ready': { name: 'ready', methods: READ_METHODS },
  '/score': { name: 'score', methods: ['GET', 'HEAD', 'POST', 'OPTIONS'] },
  '/swagger.json': { name: 'swagger', methods: READ_METHODS },
};

/**
 * The route of a request target, or undefined. Everything that decides by path asks here, once, so that no spelling of
 * a path goes round a check: absolute form, repeated slashes and percent-encoding are taken away first.
 */
export function route(target: string): Route | undefined {
  const path = normalisePath(target);
  return Object.hasOwn(routes, path) ? routes[path] : undefined;
}

/** The path of a request target in the one spelling that routes have. */
export function normalisePath(target: string): string {
  const withoutOrigin = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
  const path = withoutOrigin.split(/[?#]/, 1)[0] as string;
  return decode(path).replace(/\/{2,}/g, '/');
}

function decode(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // not UTF-8: no route has such a name
  }
}
