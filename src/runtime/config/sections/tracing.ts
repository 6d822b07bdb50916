import { flag, type Settings, text } from '../setting.js';

/** Whom the host tells of its calls. What else OpenTelemetry's packages read from the environment, they read themselves. */
export interface TracingConfig {
  readonly sdkDisabled: boolean;
  readonly exporter: string;
  readonly endpoint: string;
  readonly tracesEndpoint: string;
  readonly appInsights: boolean;
  readonly connectionString: string;
  readonly instrumentationKey: string;
  readonly appInsightsEndpoint: string;
  readonly logResponse: boolean;
  readonly workspaceName: string;
}

export const tracingSettings: Settings<TracingConfig> = {
  sdkDisabled: flag({
    env: 'OTEL_SDK_DISABLED',
    default: false,
    help: 'Whether traces are off, whatever the other OTEL_ variables say.',
  }),
  exporter: text({
    env: 'OTEL_TRACES_EXPORTER',
    default: '',
    help: 'Where traces go. otlp: to a collector. none: nowhere. Without it, to a collector where an endpoint is set.',
  }),
  endpoint: text({
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: '',
    help: 'URL of a collector of OpenTelemetry that takes OTLP over HTTP, such as http://localhost:4318.',
  }),
  tracesEndpoint: text({
    env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    default: '',
    help: 'The same for traces alone, with its path: http://localhost:4318/v1/traces.',
  }),
  appInsights: flag({
    env: 'AML_APP_INSIGHTS_ENABLED',
    default: false,
    help: 'Whether requests, exceptions and lines of user code go to Application Insights.',
  }),
  connectionString: text({
    env: 'APPLICATIONINSIGHTS_CONNECTION_STRING',
    default: '',
    help: 'Where that is: InstrumentationKey=…;IngestionEndpoint=https://….',
  }),
  instrumentationKey: text({
    env: 'AML_APP_INSIGHTS_KEY',
    flag: 'appinsights_instrumentation_key',
    default: '',
    help: 'The older instrumentation key, where there is no connection string. The flag turns Application Insights on.',
  }),
  appInsightsEndpoint: text({
    env: 'AML_APP_INSIGHTS_ENDPOINT',
    default: 'https://dc.services.visualstudio.com/v2/track',
    help: 'Where the older key is known.',
  }),
  logResponse: flag({
    env: 'APP_INSIGHTS_LOG_RESPONSE_ENABLED',
    default: true,
    help: 'Whether Application Insights gets the text of replies, too.',
  }),
  workspaceName: text({
    env: 'WORKSPACE_NAME',
    default: '',
    help: 'Name of the workspace, for Application Insights.',
  }),
};
