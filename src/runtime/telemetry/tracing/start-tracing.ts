import { hostname } from 'node:os';
import type { SpanExporter } from '@opentelemetry/sdk-trace-node';
import { asError } from '../../../errors.js';
import type { TracingConfig } from '../../config/settings.js';
import type { Secrets } from '../secrets.js';
import { appInsights, appInsightsPackage } from './app-insights.js';
import { appInsightsTarget } from './connection-string.js';
import { diagnostics } from './diagnostics.js';
import { exporterPackage, headerSecrets, otlpExporter, sdkPackage, wantsOtlp } from './otlp.js';
import { findPackage, type OpenTelemetry, openTelemetryOf, type Resource } from './packages.js';
import { type Listener, SpanTracing } from './span-tracing.js';
import type { Tracing } from './tracing.js';

/** What tracing is told of the host. */
export interface TracingParts {
  readonly config: TracingConfig;
  /** `SERVICE_NAME`. */
  readonly serviceName: string;
  /** Of the host. */
  readonly version: string;
  /** Whose `node_modules` are searched for packages, behind the host's own. */
  readonly packageFolders: readonly string[];
  readonly secrets: Secrets;
  readonly warn: (message: string) => void;
}

/** Spans that wait to be sent: a call has ten. What comes on top is dropped. */
const QUEUED_SPANS_MAX = 8_192;

/**
 * Starts what the settings ask for. What only watches never stops what serves: whatever is missing, or cannot be started, is
 * a warning that says what to do, and is left out.
 */
export function startTracing(parts: TracingParts): Tracing | undefined {
  const otlp = startPart(parts, 'traces', () => findOtlp(parts));
  const insights = startPart(parts, 'Application Insights', () => findAppInsights(parts));
  const packages = insights?.packages ?? otlp?.packages;
  if (!packages) return undefined;
  const { api, sdk } = packages;
  const complaints = diagnostics(parts.warn);
  api.diag.setLogger(complaints, { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true });
  const resource = resourceOf(packages, parts);
  const exporters: SpanExporter[] = [];
  let listener: Listener | undefined;
  if (otlp) startPart(parts, 'traces', () => exporters.push(otlp.exporter()));
  if (insights) {
    startPart(parts, 'Application Insights', () => {
      const started = insights.start(resource);
      exporters.push(started.exporter);
      listener = started.listener;
    });
  }
  if (exporters.length === 0) return undefined;
  const maxQueueSize = process.env.OTEL_BSP_MAX_QUEUE_SIZE ? {} : { maxQueueSize: QUEUED_SPANS_MAX };
  const spanProcessors = exporters.map((exporter) => new sdk.BatchSpanProcessor(exporter, { ...maxQueueSize }));
  const provider = new sdk.NodeTracerProvider({ resource, spanProcessors });
  const onError = (error: unknown): void => complaints.error(asError(error).message);
  const redact = (text: string): string => parts.secrets.redact(text);
  return new SpanTracing(api, provider, { version: parts.version, listener, onError, redact });
}

function startPart<T>({ warn }: TracingParts, what: string, start: () => T): T | undefined {
  try {
    return start();
  } catch (error) {
    warn(`${what}: off, ${asError(error).message}`);
    return undefined;
  }
}

function findOtlp({ config, packageFolders, secrets, warn }: TracingParts) {
  const { wanted, warning } = wantsOtlp(config);
  if (warning) warn(`traces: off. ${warning}`);
  if (!wanted) return undefined;
  secrets.set('collector', headerSecrets(process.env));
  const packages = openTelemetryOf(findPackage(sdkPackage, packageFolders));
  const require = findPackage(exporterPackage, packageFolders);
  return { packages, exporter: () => otlpExporter(require, config) };
}

function findAppInsights(parts: TracingParts) {
  const { config, packageFolders, secrets } = parts;
  if (!config.appInsights) return undefined;
  const target = appInsightsTarget(config);
  secrets.set('Application Insights', [config.connectionString, config.instrumentationKey]);
  if (typeof target === 'string') throw new Error(target);
  secrets.set('Application Insights', [
    config.connectionString,
    config.instrumentationKey,
    target.connectionString,
    target.instrumentationKey,
  ]);
  const require = findPackage(appInsightsPackage, packageFolders);
  const packages = openTelemetryOf(require);
  const origin = { serviceName: parts.serviceName, workspaceName: config.workspaceName };
  return {
    packages,
    start: (resource: Resource) => appInsights(require, packages, resource, target, origin, config.logResponse),
  };
}

/** `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win over what the host knows of itself. */
function resourceOf({ resources }: OpenTelemetry, { serviceName }: TracingParts): Resource {
  const own = resources.resourceFromAttributes({ 'service.name': serviceName, 'host.name': hostname() });
  const told = resources.detectResources({ detectors: [resources.envDetector] });
  return resources.defaultResource().merge(own).merge(told);
}
