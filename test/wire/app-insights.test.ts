import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppInsightsStandIn, azureFolder, describeAppInsights, INSTRUMENTATION_KEY } from '../support/app-insights.js';
import { HostProcess } from '../support/host-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const entry = fileURLToPath(new URL('../fixtures/entries/traced.ts', import.meta.url));
const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const [, CALLERS_TRACE, CALLERS_SPAN] = CALLER.split('-') as [string, string, string];
const text = { 'content-type': 'text/plain' };

describeAppInsights('Application Insights', () => {
  let standIn: AppInsightsStandIn;
  let host: HostProcess;
  beforeAll(async () => {
    standIn = await AppInsightsStandIn.start();
    host = await start({ APPLICATIONINSIGHTS_CONNECTION_STRING: standIn.connectionString });
  });
  afterAll(async () => {
    await host?.stop();
    await standIn?.stop();
  });

  const start = (env: Record<string, string>) =>
    HostProcess.start({
      entry,
      cwd: azureFolder,
      env: {
        AML_APP_INSIGHTS_ENABLED: 'true',
        NODE_EXTRA_CA_CERTS: standIn.certificatePath,
        OTEL_BSP_SCHEDULE_DELAY: '50',
        SERVICE_NAME: 'diabetes',
        WORKSPACE_NAME: 'lab',
        ...env,
      },
    });

  const request = (id: string) =>
    standIn.entry('RequestData', ({ data }) => data.baseData.properties?.['Request Id'] === id);
  const call = async (body: string, id: string) => {
    const headers = { ...text, 'x-request-id': id, 'x-ms-client-request-id': 'mine', traceparent: CALLER };
    return (await host.score(body, headers)).text();
  };

  it('gets requests with the fields of the reference, below the operation of their caller', async () => {
    const answer = await call('hello', 'r-1');
    const { iKey, tags, data } = await request('r-1');
    expect(iKey).toBe(INSTRUMENTATION_KEY);
    expect(tags).toMatchObject({
      'ai.operation.id': CALLERS_TRACE,
      'ai.operation.parentId': CALLERS_SPAN,
      'ai.operation.name': 'POST /score',
      'ai.cloud.role': 'diabetes',
    });
    expect(data.baseData).toMatchObject({
      name: 'POST /score',
      responseCode: '200',
      success: true,
      url: `http://127.0.0.1:${host.port}/score`,
      duration: expect.stringMatching(/^00:00:0\d\.\d+$/),
    });
    expect(data.baseData.properties).toMatchObject({
      'Request Id': 'r-1',
      'Client Request Id': 'mine',
      'Response Value': answer,
      'Container Id': expect.stringMatching(/./),
      'Workspace Name': 'lab',
      'Service Name': 'diabetes',
    });
  });

  it('gets the phases of a call as what it depends on', async () => {
    await call('hello', 'phases');
    const { data } = await request('phases');
    const run = await standIn.entry(
      'RemoteDependencyData',
      ({ tags, data: { baseData } }) =>
        baseData.name === 'run' && tags['ai.operation.parentId'] === String(data.baseData.id),
    );
    expect(run.data.baseData.type).toBe('InProc');
  });

  it('gets what user code threw, with its stack, and the failed request', async () => {
    await call('throw', 'r-2');
    const { data } = await request('r-2');
    expect(data.baseData).toMatchObject({ responseCode: '500', success: false });
    const { tags, data: thrown } = await standIn.entry('ExceptionData', () => true);
    expect(tags['ai.operation.parentId']).toBe(data.baseData.id);
    expect(thrown.baseData.exceptions).toMatchObject([
      { typeName: 'RangeError', message: 'no such row', stack: expect.stringMatching(/traced\.ts:7:/) },
    ]);
    expect(thrown.baseData.properties).toMatchObject({ 'Request Id': 'r-2', 'Service Name': 'diabetes' });
  });

  it('gets lines of user code, with the ids of their call', async () => {
    await call('a line', 'r-3');
    const { data: requested } = await request('r-3');
    const { tags, data } = await standIn.entry(
      'MessageData',
      ({ data: { baseData } }) => baseData.message === 'ran a line',
    );
    expect(tags['ai.operation.id']).toBe(CALLERS_TRACE);
    expect(tags['ai.operation.parentId']).toBe(requested.baseData.id);
    expect(data.baseData.properties).toMatchObject({ 'Request Id': 'r-3', 'Workspace Name': 'lab' });
  });

  it('gets no stream, and no bytes that are no text', async () => {
    expect(await call('stream', 'r-4')).toBe('one two');
    expect((await request('r-4')).data.baseData.properties?.['Response Value']).toBe('"The reply is a stream."');
    await call('bytes', 'r-5');
    expect((await request('r-5')).data.baseData.properties?.['Response Value']).toBe('"The reply is no text."');
  });

  it('gets nothing but that: no metrics, no figures of the package', () => {
    const types = new Set(standIn.envelopes.map(({ data }) => data.baseType));
    expect([...types].sort()).toEqual(['ExceptionData', 'MessageData', 'RemoteDependencyData', 'RequestData']);
  });

  it('is no secret that is told', () => {
    expect(host.output).not.toContain(INSTRUMENTATION_KEY);
    expect(host.logs.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('gets why a host cannot start', async () => {
    const { code } = await HostProcess.runToEnd({
      entry: temporaryFolder({
        'score.ts': 'export function init() { throw new Error("no weights here"); }\nexport function run() {}',
      }),
      cwd: azureFolder,
      env: {
        AML_APP_INSIGHTS_ENABLED: 'true',
        APPLICATIONINSIGHTS_CONNECTION_STRING: standIn.connectionString,
        NODE_EXTRA_CA_CERTS: standIn.certificatePath,
      },
    });
    expect(code).toBe(3);
    const { data } = await standIn.entry('ExceptionData', ({ data }) => /no weights/.test(JSON.stringify(data)));
    expect(data.baseData.exceptions).toMatchObject([{ typeName: 'ENTRY_INVALID' }]);
  });

  it('is reached by the older key and its endpoint, without replies where they are not to be told', async () => {
    const older = await start({
      AML_APP_INSIGHTS_KEY: INSTRUMENTATION_KEY.toUpperCase(),
      AML_APP_INSIGHTS_ENDPOINT: `${standIn.url}/v2/track`,
      APP_INSIGHTS_LOG_RESPONSE_ENABLED: 'false',
      OTEL_BSP_SCHEDULE_DELAY: '60000',
    });
    await (await older.score('x', { ...text, 'x-request-id': 'older', connection: 'close' })).text();
    older.child.kill('SIGTERM');
    expect(await older.exited).toEqual({ code: 0, signal: null });
    const { data } = await request('older');
    expect(data.baseData.properties).not.toHaveProperty('Response Value');
    await standIn.entry('MessageData', ({ data: { baseData } }) => baseData.properties?.['Request Id'] === 'older');
  });
});
