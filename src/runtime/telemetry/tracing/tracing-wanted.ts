import type { TracingConfig } from '../../config/settings.js';

/** Whether anybody may want to be told of calls: nothing is loaded otherwise. */
export function tracingWanted(config: TracingConfig): boolean {
  const { appInsights, exporter, endpoint, tracesEndpoint } = config;
  return appInsights || [exporter, endpoint, tracesEndpoint].some((text) => text !== '');
}
