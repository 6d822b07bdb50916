import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { parseReply, rawExchange } from '../support/raw-http.js';
import { headerOf, refusalIn } from '../support/refusal.js';

const entry = fileURLToPath(new URL('../contract/entries/echo_str.ts', import.meta.url));
const files = [
  'docs-page.css',
  'docs-page.js',
  'favicon-16x16.png',
  'favicon-32x32.png',
  'served-document.js',
  'swagger-ui-bundle.js',
  'swagger-ui.css',
];

let host: HostProcess;
beforeAll(async () => {
  host = await HostProcess.start({ entry, env: { AML_CORS_ORIGINS: 'https://app.example' } });
});
afterAll(() => host.stop());

/** The reply to a target that is sent as it stands: `fetch()` would tidy it up. */
async function raw(target: string, { method = 'GET', headers = '', body = '' } = {}): Promise<Buffer> {
  const head = `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`;
  return rawExchange(host.port, [head + body], { isEnough: () => false });
}

describe('GET /docs', () => {
  it('leads to the page by a relative address, which holds behind a path prefix too', async () => {
    const reply = await host.fetch('/docs', { redirect: 'manual' });
    expect([reply.status, reply.headers.get('location')]).toEqual([302, 'docs/']);
  });

  it('is a page that lets nothing in from elsewhere, with the ids and CORS headers of every answer', async () => {
    const reply = await host.fetch('/docs/', { headers: { 'x-request-id': 'r1', origin: 'https://app.example' } });
    const headers = Object.fromEntries(reply.headers);
    expect(reply.status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
      'x-request-id': 'r1',
      'x-ms-server-version': expect.stringContaining('scorehost/'),
      'access-control-allow-origin': 'https://app.example',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    const page = await reply.text();
    const links = [...page.matchAll(/(?:href|src)="(.*?)"/g)].map(([, link]) => link as string);
    expect(links.filter((link) => !/^\.\.?\/[\w.-]+$/.test(link))).toEqual([]);
    const named = links.filter((link) => link.startsWith('./')).map((link) => link.slice(2));
    expect([...named, 'served-document.js'].sort()).toEqual(files);
  });

  it.each(files)('%s may be kept, and is 304 while it is the same', async (name) => {
    const first = await host.fetch(`/docs/${name}`);
    expect([first.status, (await first.arrayBuffer()).byteLength > 100]).toEqual([200, true]);
    expect(first.headers.get('cache-control')).toMatch(/^(?:no-cache|public, max-age=3600)$/);
    expect(first.headers.get('x-content-type-options')).toBe('nosniff');
    const again = await host.fetch(`/docs/${name}`, {
      headers: { 'if-none-match': first.headers.get('etag') as string, 'cache-control': 'max-age=0' },
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('answers HEAD with the head alone, and whatever spelling of the path the routing knows', async () => {
    const reply = parseReply(await raw('/docs/', { method: 'HEAD' }));
    expect([reply.status, reply.body.length]).toEqual([200, 0]);
    expect(Number(headerOf(reply, 'content-length'))).toBeGreaterThan(100);
    for (const target of ['//docs//', '/%64ocs/', 'http://any.example/docs/', '/docs/?a=/../x']) {
      expect(parseReply(await raw(target)).status, target).toBe(200);
    }
  });

  it.each([
    '/docs/nothing',
    '/docs/package.json',
    '/docs/index.html',
    '/docs/swagger-ui-init.js',
    '/docs/swagger-ui-bundle.js.map',
    '/docs/docs-page.js/',
    '/docs/../package.json',
    '/docs/../../../package.json',
    '/docs/%2e%2e/%2e%2e/package.json',
    '/docs/..%2f..%2fpackage.json',
    '/docs/..%5c..%5cpackage.json',
    '/docs/swagger-ui.css%00',
    '/docs/%252e%252e/package.json',
    '/docs./',
    '/Docs/',
  ])('%s is no file of the page: 404 as everywhere', async (target) => {
    refusalIn(await raw(target), 404, 'ROUTE_UNKNOWN');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is 405, and says what is allowed', async (method) => {
    for (const path of ['/docs', '/docs/', '/docs/swagger-ui.css']) {
      const bytes = await raw(path, { method, headers: 'Content-Length: 0\r\n' });
      refusalIn(bytes, 405, 'METHOD_NOT_ALLOWED');
      expect(headerOf(parseReply(bytes), 'allow')).toBe('GET, HEAD');
    }
  });

  it('refuses an id that is too long, and a body, as everywhere', async () => {
    refusalIn(await raw('/docs/', { headers: `x-request-id: ${'a'.repeat(101)}\r\n` }), 431, 'ID_TOO_LONG');
    const body = { headers: 'Content-Length: 9000000\r\n', body: 'x'.repeat(1000) };
    refusalIn(await raw('/docs/', body), 413, 'BODY_TOO_LARGE');
    refusalIn(await raw('/docs/swagger-ui.css', body), 413, 'BODY_TOO_LARGE');
  });

  it('reads no conditions that are for writing, and no ranges', async () => {
    const headers = 'If-Match: "x"\r\nIf-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\nRange: bytes=5-9\r\n';
    expect(parseReply(await raw('/docs/swagger-ui.css', { headers })).status).toBe(200);
    expect(parseReply(await raw('/docs/docs-page.js', { headers })).status).toBe(200);
  });

  it('is in the log as it was asked for, with its bytes', async () => {
    const id = 'a-page-in-the-log';
    const reply = await host.fetch('/docs/docs-page.js', { headers: { 'x-request-id': id } });
    const bytes = (await reply.arrayBuffer()).byteLength;
    await expect.poll(() => host.output.split('\n').find((line) => line.includes(id))).toContain('"path"');
    const line = JSON.parse(host.output.split('\n').find((text) => text.includes(id)) as string);
    expect(line).toMatchObject({ method: 'GET', path: '/docs/docs-page.js', status: 200, bytes });
  });
});
