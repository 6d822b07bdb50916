import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A value as OTLP has it in JSON. */
type AnyValue = Readonly<Record<string, unknown>>;

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** What a test wants to know of a span. */
export interface ReceivedSpan {
  readonly name: string;
  /** 1: internal, 2: server. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it has none. */
  readonly parentSpanId: string;
  readonly traceState: string | undefined;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }[];
  /** 2: an error. */
  readonly status: { readonly code?: number; readonly message?: string };
  readonly resource: Readonly<Record<string, unknown>>;
}

/** A collector of OpenTelemetry that takes traces as OTLP in JSON over HTTP, and keeps them. End it with `stop()`. */
export class OtlpCollector {
  readonly #server: Server;
  readonly #spans: ReceivedSpan[] = [];
  /** Of the requests it got. */
  readonly headers: IncomingMessage['headers'][] = [];
  /** Whether it takes requests and never answers. */
  hangs = false;

  private constructor() {
    this.#server = createServer((req, res) => void this.#onRequest(req, res));
  }

  static async start(): Promise<OtlpCollector> {
    const collector = new OtlpCollector();
    await new Promise<void>((resolve) => collector.#server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get spans(): readonly ReceivedSpan[] {
    return this.#spans;
  }

  /** Waits for a span, and gives it with those that have it for their parent, in the order in which they began. */
  async trace(matches: (span: ReceivedSpan) => boolean): Promise<{ span: ReceivedSpan; children: ReceivedSpan[] }> {
    const deadline = Date.now() + 10_000;
    while (!this.#spans.some(matches)) {
      if (Date.now() > deadline) throw new Error(`no such span: ${this.#spans.map(({ name }) => name).join(' ')}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const span = this.#spans.find(matches) as ReceivedSpan;
    const children = this.#spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);
    return { span, children: children.sort((a, b) => Number(a.startNs - b.startNs)) };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #onRequest(req: IncomingMessage, res: ServerResponse): Promise<void> {
    this.headers.push(req.headers);
    if (req.url !== '/v1/traces' || req.headers['content-type'] !== 'application/json')
      return void res.writeHead(404).end();
    const body = (await json(req)) as ExportRequest;
    if (this.hangs) return;
    for (const { resource, scopeSpans } of body.resourceSpans) {
      const attributes = valuesOf(resource.attributes);
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) this.#spans.push(received(span, attributes));
    }
    res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }
}

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

interface WireSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly KeyValue[] }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

function received(span: WireSpan, resource: Readonly<Record<string, unknown>>): ReceivedSpan {
  const { name, kind, traceId, spanId, parentSpanId = '', traceState, status } = span;
  return {
    name,
    kind,
    traceId,
    spanId,
    parentSpanId,
    traceState,
    startNs: BigInt(span.startTimeUnixNano),
    endNs: BigInt(span.endTimeUnixNano),
    attributes: valuesOf(span.attributes),
    events: span.events.map((event) => ({ name: event.name, attributes: valuesOf(event.attributes) })),
    status,
    resource,
  };
}

function valuesOf(list: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
}
