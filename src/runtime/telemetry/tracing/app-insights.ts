import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { asError } from '../../../errors.js';
import type { AppInsightsTarget } from './connection-string.js';
import { contextOf } from './context-of.js';
import type { OpenTelemetry, OptionalPackage, Resource } from './packages.js';
import type { Listener } from './span-tracing.js';
import type { TracedLine } from './tracing.js';

export const appInsightsPackage: OptionalPackage = {
  name: '@azure/monitor-opentelemetry',
  versions: /^1\./,
  install: '@azure/monitor-opentelemetry@1.21.0',
};

/** Of `@azure/monitor-opentelemetry-exporter`, which the package brings along. */
interface Exporters {
  readonly AzureMonitorTraceExporter: new (options: ExporterOptions) => SpanExporter;
  readonly AzureMonitorLogExporter: new (options: ExporterOptions) => LogExporter;
}

interface LogExporter {
  export(records: unknown, done: ExportDone): unknown;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Code 0: what was to be sent has been. */
type ExportDone = (result: { readonly code: number; readonly error?: Error }) => void;

interface ExporterOptions {
  readonly connectionString: string;
  readonly disableOfflineStorage: boolean;
}

/** Of `@opentelemetry/sdk-logs`. */
interface LogsSdk {
  readonly LoggerProvider: new (options: {
    readonly resource: Resource;
    readonly processors: readonly unknown[];
  }) => LoggerProvider;
  readonly BatchLogRecordProcessor: new (options: { readonly exporter: unknown }) => unknown;
}

interface Logger {
  emit(record: {
    readonly body: string;
    readonly severityNumber: number;
    readonly attributes: Readonly<Record<string, string>>;
    readonly context: Context;
  }): void;
}

interface LoggerProvider {
  getLogger(name: string): Logger;
  shutdown(): Promise<void>;
}

/** Severities of OpenTelemetry's logs. */
const SEVERITIES: Readonly<Record<TracedLine['level'], number>> = { debug: 5, info: 9, warn: 13, error: 17 };
/** Of a reply: a longer value is cut by Application Insights. */
const RESPONSE_BYTES_MAX = 8_192;
/** In the place of a reply that is none. */
const NO_TEXT = JSON.stringify('The reply is no text.');
const STREAM = JSON.stringify('The reply is a stream.');

/** What of a call goes to Application Insights: its span, exceptions with it, and lines of user code. */
export interface AppInsights {
  readonly exporter: SpanExporter;
  readonly listener: Listener;
}

/** What every entry there says of where it comes from, by the names of the reference. */
export interface Origin {
  readonly serviceName: string;
  readonly workspaceName: string;
}

/**
 * The exporters of `@azure/monitor-opentelemetry` without what that package does besides: it would instrument libraries, and
 * send metrics of the process, live metrics, and figures of its own use.
 *
 * @param require - Of that package.
 * @param logResponse - Whether the text of replies goes there, too.
 * @throws {Error} where the package is not made as it should be.
 */
export function appInsights(
  require: NodeJS.Require,
  { api }: OpenTelemetry,
  resource: Resource,
  { connectionString }: AppInsightsTarget,
  origin: Origin,
  logResponse: boolean,
): AppInsights {
  silence();
  const { AzureMonitorTraceExporter, AzureMonitorLogExporter } = require(EXPORTER) as Exporters;
  // Nothing is written to disk: what cannot be sent is lost.
  const options = { connectionString, disableOfflineStorage: true };
  const traces = new AzureMonitorTraceExporter(options);
  const logs = loggerProvider(require, resource, safely(new AzureMonitorLogExporter(options)));
  stopSettingsPoll(require);
  const fields = {
    'Container Id': hostname(),
    'Workspace Name': origin.workspaceName,
    'Service Name': origin.serviceName,
  };
  const replies = new WeakMap<object, string>();
  const listener: Listener = { line: lineWriter(api, logs, fields), close: () => logs.shutdown() };
  return {
    exporter: withFields(traces, fields, replies),
    listener: logResponse
      ? { ...listener, answered: (span, body) => void replies.set(span, replyText(body)) }
      : listener,
  };
}

const EXPORTER = '@azure/monitor-opentelemetry-exporter';

/** What else the exporters would send, they are told not to by their variables alone. */
function silence(): void {
  const { env } = process;
  env.APPLICATION_INSIGHTS_NO_STATSBEAT = 'true';
  env.APPLICATIONINSIGHTS_STATSBEAT_DISABLED = 'true';
  env.APPLICATIONINSIGHTS_SDKSTATS_DISABLED = 'true';
  env.APPLICATIONINSIGHTS_OPENTELEMETRY_RESOURCE_METRIC_DISABLED = 'true';
}

/**
 * An exporter asks a server of Microsoft's for settings of its own, a few seconds after it was made and ever again. That has no
 * switch: its timer is stopped, by a file that the package does not offer.
 */
function stopSettingsPoll(require: NodeJS.Require): void {
  const main = require.resolve(EXPORTER);
  const { ConfigurationManager } = require(join(dirname(main), '_configuration/configurationManager.js')) as {
    ConfigurationManager: { getInstance(): { shutdown(): void } };
  };
  ConfigurationManager.getInstance().shutdown();
}

function loggerProvider(require: NodeJS.Require, resource: Resource, exporter: unknown): LoggerProvider {
  const { LoggerProvider, BatchLogRecordProcessor } = require('@opentelemetry/sdk-logs') as LogsSdk;
  return new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] });
}

/** Their `export` is asynchronous, and nobody waits for it: what it throws would end the process. */
function safely<T extends LogExporter | SpanExporter>(exporter: T): LogExporter {
  return {
    export: (records, done) => {
      const failed = (error: unknown): void => done({ code: 1, error: asError(error) });
      Promise.resolve(exporter.export(records as never, done)).catch(failed);
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

/** What goes to Application Insights alone is put to a copy of a span: a collector gets the span as it is. */
function withFields(exporter: SpanExporter, fields: Fields, replies: WeakMap<object, string>): SpanExporter {
  const safe = safely(exporter);
  return {
    export: (spans, done) => {
      const own = spans.map((span) => withReferenceFields(span, fields, replies.get(span)));
      safe.export(own, done);
    },
    shutdown: () => safe.shutdown(),
  };
}

type Fields = Readonly<Record<string, string>>;

function withReferenceFields(span: ReadableSpan, fields: Fields, reply: string | undefined): ReadableSpan {
  const { attributes, events } = span;
  const requestId = attributes['scorehost.request_id'];
  if (requestId === undefined) return span; // a phase
  const own = { ...fields, ...idFields(String(requestId), attributes['scorehost.client_request_id']) };
  return Object.create(span, {
    attributes: {
      value: {
        ...attributes,
        ...own,
        ...urlOf(attributes),
        ...(reply === undefined ? {} : { 'Response Value': reply }),
      },
    },
    events: { value: events.map((event) => ({ ...event, attributes: { ...event.attributes, ...own } })) },
  }) as ReadableSpan;
}

/** With its port, which the exporter leaves out otherwise. */
function urlOf(attributes: ReadableSpan['attributes']): Fields {
  const { 'url.scheme': scheme, 'server.address': address, 'server.port': port, 'url.path': path } = attributes;
  return address === undefined ? {} : { 'url.full': `${scheme}://${address}:${port}${path}` };
}

function idFields(requestId: string, clientRequestId: unknown): Fields {
  return { 'Request Id': requestId, ...(clientRequestId ? { 'Client Request Id': String(clientRequestId) } : {}) };
}

function replyText(body: Uint8Array | undefined): string {
  if (body === undefined) return STREAM;
  try {
    // As part of a longer text, which may end within a character.
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return decoder.decode(body.subarray(0, RESPONSE_BYTES_MAX), { stream: true });
  } catch {
    return NO_TEXT;
  }
}

/** Lines of user code become rows of `traces`, what it threw where no call is rows of `exceptions`. */
function lineWriter(api: OpenTelemetry['api'], logs: LoggerProvider, fields: Fields): (line: TracedLine) => void {
  const logger = logs.getLogger('scorehost');
  return ({ level, message, requestId, traceparent, exception }) => {
    const thrown = exception && {
      'exception.type': exception.type,
      'exception.message': exception.message,
      'exception.stacktrace': message,
    };
    logger.emit({
      body: message,
      severityNumber: SEVERITIES[level],
      attributes: { ...fields, ...(requestId ? idFields(requestId, undefined) : {}), ...thrown },
      context: contextOf(api, traceparent),
    });
  };
}
