import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { OtlpCollector, type ReceivedSpan } from '../support/otlp-collector.js';

const entry = (name: string) => fileURLToPath(new URL(`../fixtures/entries/${name}.ts`, import.meta.url));
const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const [, CALLERS_TRACE, CALLERS_SPAN] = CALLER.split('-') as [string, string, string];
const text = { 'content-type': 'text/plain' };
const ofCall = (id: string) => (span: ReceivedSpan) => span.attributes['scorehost.request_id'] === id;

let collector: OtlpCollector;
beforeAll(async () => {
  collector = await OtlpCollector.start();
});
afterAll(() => collector.stop());

/** With a short delay, so that a test need not wait. */
const env = () => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=collector-secret',
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  OTEL_BSP_SCHEDULE_DELAY: '50',
  SERVICE_NAME: 'diabetes',
});

const ALL_PHASES = ['receive', 'queue', 'transfer', 'decode', 'batch', 'run', 'encode', 'return', 'send'];

/** Phases follow each other without a gap, from the first moment of the call to its last: none is missing. */
function expectPhasesToFill({ startNs, endNs, traceId }: ReceivedSpan, phases: readonly ReceivedSpan[]): void {
  const names = phases.map(({ name }) => name);
  expect(names).toEqual(ALL_PHASES.filter((name) => names.includes(name)));
  expect(names).toEqual(expect.arrayContaining(['receive', 'transfer', 'run', 'return', 'send']));
  let reachedNs = startNs;
  for (const phase of phases) {
    expect(phase).toMatchObject({ kind: 1, traceId });
    expect(phase.startNs, phase.name).toBe(reachedNs);
    expect(phase.endNs).toBeGreaterThan(phase.startNs);
    reachedNs = phase.endNs;
  }
  expect(reachedNs).toBe(endNs);
}

describe('calls that run as one batch', () => {
  let host: HostProcess;
  beforeAll(async () => {
    // A batch leaves when its three calls are there, however slow the machine is.
    host = await HostProcess.start({
      entry: entry('traced-batch'),
      env: { ...env(), SCOREHOST_BATCH_WAIT_MS: '8000' },
    });
  });
  afterAll(() => host.stop());

  /** Three calls, of one row each, by their ids. */
  async function statusesOf(rows: Readonly<Record<string, number>>): Promise<number[]> {
    const headers = { 'content-type': 'application/json', traceparent: CALLER, tracestate: 'vendor=1' };
    const calls = Object.entries(rows).map(([id, row]) =>
      host.score(`{"rows":[[${row}]]}`, { ...headers, 'x-request-id': id }),
    );
    return (await Promise.all(calls)).map(({ status }) => status);
  }

  it('have a span each, below that of their caller, and their phases below it', async () => {
    expect(await statusesOf({ a: 1, b: 2, c: 3 })).toEqual([200, 200, 200]);
    for (const id of ['a', 'b', 'c']) {
      const { span, children } = await collector.trace(ofCall(id));
      expect(span).toMatchObject({
        ...{ name: 'POST /score', kind: 2, traceId: CALLERS_TRACE, parentSpanId: CALLERS_SPAN },
        ...{ traceState: 'vendor=1', events: [], status: { code: 0 } },
      });
      expect(span.attributes['scorehost.batch.size']).toBe(3);
      expectPhasesToFill(span, children);
    }
  });

  it('have what one of them threw on its span alone', async () => {
    expect(await statusesOf({ good: 1, bad: -2, fine: 3 })).toEqual([200, 500, 200]);
    expect(host.output).toContain('run() failed for 3 calls together');
    const { span: bad, children } = await collector.trace(ofCall('bad'));
    expect(bad).toMatchObject({ traceId: CALLERS_TRACE, parentSpanId: CALLERS_SPAN, status: { code: 2 } });
    expect(bad.events.map(({ attributes }) => attributes['exception.message'])).toEqual(['no -2']);
    expectPhasesToFill(bad, children);
    for (const id of ['good', 'fine']) {
      const { span, children } = await collector.trace(ofCall(id));
      expect(span).toMatchObject({ parentSpanId: CALLERS_SPAN, events: [], status: { code: 0 } });
      expectPhasesToFill(span, children);
    }
  });
});

describe('traces', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await HostProcess.start({ entry: entry('traced'), env: { ...env(), SCOREHOST_STREAM_IDLE_MS: '1000' } });
  });
  afterAll(() => host.stop());

  it('tell of a call by the semantic conventions, without its query', async () => {
    const headers = { ...text, 'x-request-id': 'told', 'user-agent': 'test/1', 'x-ms-client-request-id': 'mine' };
    await (await host.fetch('/score?secret=1', { method: 'POST', body: 'x', headers })).text();
    const { span } = await collector.trace(ofCall('told'));
    expect(span.parentSpanId).toBe('');
    expect(span.attributes).toEqual({
      'http.request.method': 'POST',
      'url.path': '/score',
      'url.scheme': 'http',
      'http.route': '/score',
      'server.address': '127.0.0.1',
      'server.port': host.port,
      'network.protocol.version': '1.1',
      'user_agent.original': 'test/1',
      'scorehost.request_id': 'told',
      'scorehost.client_request_id': 'mine',
      'http.response.status_code': 200,
      'scorehost.batch.size': 1,
    });
    expect(span.status.code ?? 0).toBe(0);
    expect(span.resource).toMatchObject({
      'service.name': 'diabetes',
      'deployment.environment.name': 'test',
      'telemetry.sdk.language': 'nodejs',
    });
    expect(collector.headers.at(-1)?.['x-collector-key']).toBe('collector-secret');
  });

  it('are the parent of what user code does: its requests and its lines', async () => {
    const answer = await host.score('context', { ...text, 'x-request-id': 'below', traceparent: CALLER });
    const { traceparent } = (await answer.json()) as { traceparent: string };
    const { span } = await collector.trace(ofCall('below'));
    expect(traceparent).toBe(`00-${CALLERS_TRACE}-${span.spanId}-01`);
    const ids = { requestId: 'below', trace_id: CALLERS_TRACE, span_id: span.spanId };
    expect(await host.untilLog(({ msg }) => msg === 'ran context')).toMatchObject(ids);
    const line = await host.untilLog(({ requestId, status }) => requestId === 'below' && status === 200);
    expect(line).toMatchObject({ ...ids, parent_span_id: CALLERS_SPAN });
  });

  it('have what user code threw, with its line, and are errors then', async () => {
    await host.score('throw', { ...text, 'x-request-id': 'thrown', traceparent: CALLER });
    const { span, children } = await collector.trace(ofCall('thrown'));
    expect(span).toMatchObject({ traceId: CALLERS_TRACE, parentSpanId: CALLERS_SPAN, status: { code: 2 } });
    expect(span.attributes).toMatchObject({ 'http.response.status_code': 500, 'error.type': 'RUN_FAILED' });
    expect(span.events).toHaveLength(1);
    expect(span.events[0]).toMatchObject({
      name: 'exception',
      attributes: { 'exception.type': 'RangeError', 'exception.message': 'no such row' },
    });
    expect(span.events[0]?.attributes['exception.stacktrace']).toMatch(/^RangeError: no such row\n.*traced\.ts:7:/);
    expect(children.map(({ name }) => name)).toContain('run');
    expectPhasesToFill(span, children);
  });

  it('are sent with headers that neither a line of the log nor a span has, whatever user code does', async () => {
    await host.score('collector-secret', { ...text, 'x-request-id': 'tells' });
    const { msg } = await host.untilLog(({ requestId, msg }) => requestId === 'tells' && /^ran/.test(String(msg)));
    expect(msg).toBe('ran [redacted]');
    await host.score('leak collector-secret', { ...text, 'x-request-id': 'leaks' });
    const { span } = await collector.trace(ofCall('leaks'));
    expect(span.events[0]?.attributes).toMatchObject({ 'exception.message': 'leak [redacted]' });
    expect(JSON.stringify(span.events)).not.toContain('collector-secret');
  });

  it('of what the caller does wrong are no errors', async () => {
    const { headers } = await host.fetch('/nowhere');
    const { span, children } = await collector.trace(ofCall(headers.get('x-request-id') as string));
    expect(span).toMatchObject({ name: 'GET', status: { code: 0 }, attributes: { 'http.response.status_code': 404 } });
    expect(span.attributes).not.toHaveProperty('http.route');
    expect(children).toEqual([]);
  });

  it('have the whole of a stream', async () => {
    expect(await (await host.score('stream', { ...text, 'x-request-id': 'streamed' })).text()).toBe('one two');
    const { span, children } = await collector.trace(ofCall('streamed'));
    expect(Number(span.endNs - span.startNs) / 1e6).toBeGreaterThan(140);
    expect(children.at(-1)?.name).toBe('send');
    expectPhasesToFill(span, children);
  });

  it('of a caller that left have no status, and are no errors', async () => {
    const socket = connect(host.port, '127.0.0.1');
    socket.write(
      'POST /score HTTP/1.1\r\nHost: h\r\nx-request-id: gone\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nslow',
    );
    await host.untilOutput(/ran slow/);
    socket.destroy();
    const { span } = await collector.trace(ofCall('gone'));
    expect(span.attributes).toMatchObject({ 'scorehost.client_left': true });
    expect(span.attributes).not.toHaveProperty('http.response.status_code');
    expect(span.status.code ?? 0).toBe(0);
  });

  it('leave out who only asks how the host is, and calls that their caller does not want traced', async () => {
    for (const path of ['/', '/health/ready', '/metrics']) await (await host.fetch(path)).text();
    const answer = await host.score('x', {
      ...text,
      'x-request-id': 'unsampled',
      traceparent: CALLER.replace(/1$/, '0'),
    });
    expect(((await answer.json()) as { traceparent: string }).traceparent).toMatch(/-00$/);
    await host.score('x', { ...text, 'x-request-id': 'last' });
    await collector.trace(ofCall('last'));
    const paths = collector.spans.map(({ attributes }) => attributes['url.path']);
    expect(paths.filter((path) => ['/', '/health/ready', '/metrics'].includes(String(path)))).toEqual([]);
    expect(collector.spans.filter(ofCall('unsampled'))).toEqual([]);
  });
});

describe('a host that ends', () => {
  it('sends the spans that it still has', async () => {
    const host = await HostProcess.start({
      entry: entry('traced'),
      env: { ...env(), OTEL_BSP_SCHEDULE_DELAY: '60000' },
    });
    await (await host.score('x', { ...text, 'x-request-id': 'at-the-end', connection: 'close' })).text();
    host.child.kill('SIGTERM');
    expect(await host.exited).toEqual({ code: 0, signal: null });
    const { span, children } = await collector.trace(ofCall('at-the-end'));
    expectPhasesToFill(span, children);
  });
});

describe('a collector that hangs', () => {
  it('costs no call, and the end of the host no more than two seconds', async () => {
    const hanging = await OtlpCollector.start();
    hanging.hangs = true;
    const host = await HostProcess.start({
      entry: entry('traced'),
      env: {
        ...env(),
        OTEL_EXPORTER_OTLP_ENDPOINT: hanging.url,
        OTEL_EXPORTER_OTLP_TIMEOUT: '300',
        OTEL_BSP_MAX_QUEUE_SIZE: '64',
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '32',
      },
    });
    try {
      for (let i = 0; i < 60; i++) expect((await host.score('x', { ...text, connection: 'close' })).status).toBe(200);
      const complaint = await host.untilLog(({ msg }) => String(msg).startsWith('traces: '));
      expect(complaint.level).toBe('warn');
      const endedFrom = performance.now();
      host.child.kill('SIGTERM');
      expect(await host.exited).toEqual({ code: 0, signal: null });
      expect(performance.now() - endedFrom).toBeLessThan(5_000);
      expect(host.logs.filter(({ msg }) => String(msg).startsWith('traces: '))).toHaveLength(1);
      expect(host.output).not.toContain('collector-secret');
    } finally {
      await host.stop();
      await hanging.stop();
    }
  });
});

describe('settings that ask for what there is not', () => {
  it('stop no host: a line says what is wrong', async () => {
    const host = await HostProcess.start({
      entry: entry('traced'),
      env: {
        OTEL_TRACES_EXPORTER: 'zipkin',
        AML_MDC_STORAGE_ENABLED: 'true',
        AML_APP_INSIGHTS_ENABLED: 'true',
        AML_APP_INSIGHTS_KEY: 'no-guid-but-secret',
      },
    });
    try {
      expect((await host.score('x', text)).status).toBe(200);
      const warnings = host.logs.filter(({ level }) => level === 'warn').map(({ msg }) => String(msg));
      expect(warnings).toContainEqual(expect.stringMatching(/^traces: off.*OTEL_TRACES_EXPORTER is 'zipkin'/));
      expect(warnings).toContainEqual(expect.stringMatching(/has nowhere to write to.*SCOREHOST_COLLECT_FOLDER/));
      expect(warnings).toContainEqual(expect.stringMatching(/^Application Insights: off, AML_APP_INSIGHTS_KEY has no/));
      expect(host.output).not.toContain('no-guid-but-secret');
    } finally {
      await host.stop();
    }
  });
});
