import type * as Otlp from '@opentelemetry/exporter-trace-otlp-http';
import type { SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { TracingConfig } from '../../config/settings.js';
import type { OptionalPackage } from './packages.js';

const INSTALL =
  '@opentelemetry/api@1.9.1 @opentelemetry/sdk-trace-node@2.12.0 @opentelemetry/exporter-trace-otlp-http@0.223.0';

export const sdkPackage: OptionalPackage = {
  name: '@opentelemetry/sdk-trace-node',
  versions: /^2\./,
  install: INSTALL,
};

export const exporterPackage: OptionalPackage = {
  name: '@opentelemetry/exporter-trace-otlp-http',
  versions: /^0\.2\d\d\./,
  install: INSTALL,
};

/** Whether traces are to go to a collector, and if not, why, where that may surprise. */
export function wantsOtlp(config: TracingConfig): { readonly wanted: boolean; readonly warning?: string } {
  const { sdkDisabled, exporter, endpoint, tracesEndpoint } = config;
  const names = exporter.split(',').map((name) => name.trim());
  if (sdkDisabled || names.includes('none')) return { wanted: false };
  if (exporter === '') return { wanted: endpoint !== '' || tracesEndpoint !== '' };
  if (names.includes('otlp')) return { wanted: true };
  return { wanted: false, warning: `OTEL_TRACES_EXPORTER is '${exporter}', but only otlp and none are known here.` };
}

/**
 * Sends spans as OTLP in JSON over HTTP. Headers, certificates, compression and times are its own to read, from the
 * environment: it finds there, too, what the config file says of endpoints.
 */
export function otlpExporter(require: NodeJS.Require, { endpoint, tracesEndpoint }: TracingConfig): SpanExporter {
  const { env } = process;
  if (endpoint !== '') env.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
  if (tracesEndpoint !== '') env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = tracesEndpoint;
  const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http') as typeof Otlp;
  return new OTLPTraceExporter();
}

/** A shorter value of a header is no key: to take it out of every line would take words. */
const KEY_CHARACTERS_MIN = 8;

/** What an operator's headers for the collector hold: keys of it, most of the time. */
export function headerSecrets(env: NodeJS.ProcessEnv): string[] {
  const headers = [env.OTEL_EXPORTER_OTLP_HEADERS, env.OTEL_EXPORTER_OTLP_TRACES_HEADERS];
  const values = headers
    .flatMap((list) => (list ?? '').split(','))
    .map((header) => header.slice(header.indexOf('=') + 1).trim());
  const words = values.flatMap((value) => [value, ...decoded(value).split(' ')]);
  return words.filter(({ length }) => length >= KEY_CHARACTERS_MIN);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
