import { describe, expect, it } from 'vitest';
import { requestAttributes, spanName } from '../../../../src/runtime/telemetry/tracing/request-attributes.js';
import type { TracedRequest } from '../../../../src/runtime/telemetry/tracing/tracing.js';

const request = (changed: Partial<TracedRequest> = {}): TracedRequest => ({
  requestId: 'r-1',
  clientRequestId: undefined,
  method: 'POST',
  path: '/score',
  route: '/score',
  scheme: 'http',
  host: 'h.example:5001',
  httpVersion: '1.1',
  userAgent: undefined,
  traceparent: undefined,
  tracestate: undefined,
  startedAtMs: 0,
  ...changed,
});

describe('the span of a request', () => {
  it.each([
    [{}, 'POST /score'],
    [{ route: undefined, path: '/../etc/passwd' }, 'POST'],
    [{ method: 'PROPFIND', route: undefined }, 'HTTP'],
  ])('of %j is named %s', (changed, name) => {
    expect(spanName(request(changed))).toBe(name);
  });

  it('has a method that the conventions know, whatever is asked for', () => {
    expect(requestAttributes(request({ method: 'PROPFIND' }))).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PROPFIND',
    });
    expect(requestAttributes(request())).not.toHaveProperty('http.request.method_original');
  });

  it.each([
    ['h.example:5001', { 'server.address': 'h.example', 'server.port': 5001 }],
    ['h.example', { 'server.address': 'h.example', 'server.port': 80 }],
    ['[::1]:5001', { 'server.address': '::1', 'server.port': 5001 }],
  ])('has the address that the caller used: %s', (host, attributes) => {
    expect(requestAttributes(request({ host }))).toMatchObject(attributes);
  });

  it.each([undefined, '', '::1', 'a:b:c', 'h:123456'])('has no address of a Host like %s', (host) => {
    expect(requestAttributes(request({ host }))).not.toHaveProperty('server.address');
  });

  it('has the port of HTTPS', () => {
    expect(requestAttributes(request({ host: 'h', scheme: 'https' }))).toMatchObject({ 'server.port': 443 });
  });

  it('has no more of a long value than a span should', () => {
    const attributes = requestAttributes(request({ path: `/${'x'.repeat(9_000)}`, userAgent: 'y'.repeat(9_000) }));
    expect(String(attributes['url.path'])).toHaveLength(1_024);
    expect(String(attributes['user_agent.original'])).toHaveLength(1_024);
  });
});
