import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** A query of the dashboard for Grafana, as Prometheus is asked. */
export interface DashboardQuery {
  readonly panel: string;
  readonly expr: string;
}

/** All queries of `deploy/grafana/scorehost.json`, for all jobs and instances, over so long. */
export function dashboardQueries(interval = '1m'): DashboardQuery[] {
  const file = fileURLToPath(new URL('../../deploy/grafana/scorehost.json', import.meta.url));
  const { panels } = JSON.parse(readFileSync(file, 'utf8')) as { panels: readonly Panel[] };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      panel: title,
      expr: expr.replaceAll('$__rate_interval', interval).replaceAll(/\$(?:job|instance)/g, '.*'),
    })),
  );
}
