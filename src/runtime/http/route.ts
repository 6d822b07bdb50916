/** The paths of the host. */
export const ROUTE_NAMES = [
  'health',
  'ready',
  'score',
  'swagger',
  'docs',
  'metrics',
  'status',
  'statusEvents',
] as const;
export type RouteName = (typeof ROUTE_NAMES)[number];

export interface Route {
  readonly name: RouteName;
  /** Methods that get as far as the route. */
  readonly methods: readonly string[];
}

const READ_METHODS = ['GET', 'HEAD', 'OPTIONS'];
const docs: Route = { name: 'docs', methods: ['GET', 'HEAD'] };

/** The files of the page: whatever else is asked for below /docs/ is no route, so that no path leads out of them. */
const docsFiles = [
  'docs-page.css',
  'docs-page.js',
  'favicon-16x16.png',
  'favicon-32x32.png',
  'served-document.js',
  'swagger-ui-bundle.js',
  'swagger-ui.css',
];

/** All there are, by their paths. */
export const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/', { name: 'health', methods: READ_METHODS }],
  ['/health/ready', { name: 'ready', methods: READ_METHODS }],
  ['/score', { name: 'score', methods: ['GET', 'HEAD', 'POST', 'OPTIONS'] }],
  ['/swagger.json', { name: 'swagger', methods: READ_METHODS }],
  ['/metrics', { name: 'metrics', methods: READ_METHODS }],
  ['/status', { name: 'status', methods: READ_METHODS }],
  ['/status/', { name: 'status', methods: READ_METHODS }],
  ['/status/events', { name: 'statusEvents', methods: READ_METHODS }],
  ['/docs', docs],
  ['/docs/', docs],
  ...docsFiles.map((name): [string, Route] => [`/docs/${name}`, docs]),
]);

/**
 * The route of a request target, or undefined. Everything that decides by path asks here, once, so that no spelling of
 * a path goes round a check: absolute form, repeated slashes and percent-encoding are taken away first.
 */
export function route(target: string): Route | undefined {
  return routes.get(target) ?? routes.get(normalisePath(target));
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
