import type { TracingConfig } from '../../config/settings.js';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** How Application Insights is reached. All of it is secret. */
export interface AppInsightsTarget {
  readonly connectionString: string;
  readonly instrumentationKey: string;
}

/**
 * Where to send to, by the connection string, or else by the older key and its endpoint.
 *
 * @returns why that cannot be, in words without any of the values.
 */
export function appInsightsTarget(config: TracingConfig): AppInsightsTarget | string {
  const { connectionString, instrumentationKey, appInsightsEndpoint } = config;
  if (connectionString !== '') return targetOf(connectionString, 'APPLICATIONINSIGHTS_CONNECTION_STRING');
  if (instrumentationKey === '') {
    return 'AML_APP_INSIGHTS_ENABLED is true, but there is no APPLICATIONINSIGHTS_CONNECTION_STRING, and no AML_APP_INSIGHTS_KEY';
  }
  const ingestion = appInsightsEndpoint.replace(/\/v2(?:\.1)?\/track\/?$/, '');
  return targetOf(`InstrumentationKey=${instrumentationKey};IngestionEndpoint=${ingestion}`, 'AML_APP_INSIGHTS_KEY');
}

/** The package takes a key in lower case only. */
function targetOf(connectionString: string, source: string): AppInsightsTarget | string {
  const fields = connectionString.split(';').filter((field) => field !== '');
  const pairs = fields.map((field) => [field.split('=', 1)[0] as string, field.slice(field.indexOf('=') + 1)] as const);
  const key = pairs.find(([name]) => name.trim().toLowerCase() === 'instrumentationkey')?.[1]?.trim();
  if (key === undefined || !GUID.test(key)) {
    return `${source} has no instrumentation key, a GUID such as 00000000-0000-0000-0000-000000000000`;
  }
  const instrumentationKey = key.toLowerCase();
  const others = pairs.filter(([name]) => name.trim().toLowerCase() !== 'instrumentationkey');
  const texts = others.map(([name, value]) => `${name.trim()}=${value.trim()}`);
  return { connectionString: [`InstrumentationKey=${instrumentationKey}`, ...texts].join(';'), instrumentationKey };
}
