import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../src/runtime/config/read.js';
import { appInsightsTarget } from '../../../../src/runtime/telemetry/tracing/connection-string.js';
import { headerSecrets, wantsOtlp } from '../../../../src/runtime/telemetry/tracing/otlp.js';
import { tracingWanted } from '../../../../src/runtime/telemetry/tracing/tracing-wanted.js';

const KEY = '11111111-2222-3333-4444-55555555abcd';

async function tracing(env: Record<string, string>, args: readonly string[] = []) {
  return (await readConfig(args, env)).config.tracing;
}

describe('traces to a collector', () => {
  it.each([
    [{}, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318/v1/traces' }, true],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
    [{ OTEL_TRACES_EXPORTER: 'console, otlp' }, true],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, false],
    [{ OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, false],
  ])('with %j: %s', async (env, wanted) => {
    expect(wantsOtlp(await tracing(env))).toEqual({ wanted });
  });

  it('by another exporter are none, and that is said', async () => {
    const { wanted, warning } = wantsOtlp(await tracing({ OTEL_TRACES_EXPORTER: 'zipkin' }));
    expect(wanted).toBe(false);
    expect(warning).toContain("'zipkin'");
  });

  it('have secrets in their headers, as they are written and as they are sent', () => {
    const env = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20token-of-mine,x-team=ml' };
    expect(headerSecrets(env)).toEqual(['Bearer%20token-of-mine', 'token-of-mine']);
    expect(headerSecrets({ OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'api-key=abc%zz-secret' })).toContain('abc%zz-secret');
    expect(headerSecrets({})).toEqual([]);
  });
});

describe('whoever wants no traces', () => {
  it('loads nothing for them', async () => {
    expect(tracingWanted(await tracing({}))).toBe(false);
    expect(tracingWanted(await tracing({ APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${KEY}` }))).toBe(
      false,
    );
    expect(tracingWanted(await tracing({ AML_APP_INSIGHTS_ENABLED: 'true' }))).toBe(true);
  });
});

describe('Application Insights', () => {
  it('is reached by the connection string', async () => {
    const text = `InstrumentationKey=${KEY.toUpperCase()};IngestionEndpoint=https://in.example/;`;
    expect(appInsightsTarget(await tracing({ APPLICATIONINSIGHTS_CONNECTION_STRING: text }))).toEqual({
      connectionString: `InstrumentationKey=${KEY};IngestionEndpoint=https://in.example/`,
      instrumentationKey: KEY,
    });
  });

  it('is reached by the older key, at the endpoint of the reference', async () => {
    expect(appInsightsTarget(await tracing({ AML_APP_INSIGHTS_KEY: KEY }))).toEqual({
      connectionString: `InstrumentationKey=${KEY};IngestionEndpoint=https://dc.services.visualstudio.com`,
      instrumentationKey: KEY,
    });
  });

  it('is on for whoever gives the key by its flag', async () => {
    const config = await tracing({}, ['--appinsights_instrumentation_key', KEY]);
    expect(config).toMatchObject({ appInsights: true, instrumentationKey: KEY });
    expect((await tracing({ AML_APP_INSIGHTS_KEY: KEY })).appInsights).toBe(false);
  });

  it.each([
    [{}, 'there is no APPLICATIONINSIGHTS_CONNECTION_STRING'],
    [{ AML_APP_INSIGHTS_KEY: 'my-secret' }, 'AML_APP_INSIGHTS_KEY has no instrumentation key'],
    [{ APPLICATIONINSIGHTS_CONNECTION_STRING: 'my-secret' }, 'APPLICATIONINSIGHTS_CONNECTION_STRING has no'],
  ])('is refused with %j, and the value is not told', async (env, reason) => {
    const target = appInsightsTarget(await tracing(env));
    expect(target).toContain(reason);
    expect(target).not.toContain('my-secret');
  });
});
