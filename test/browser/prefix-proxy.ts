import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a reverse proxy in front of the host does. */
export interface ProxyOptions {
  readonly hostPort: number;
  /** The path below which the host is found, as `/service`; taken away before a request is passed on. */
  readonly prefix?: string;
  /** Without `Authorization: Bearer <key>`, the guarded paths are 401. */
  readonly key?: string;
  /** Default: calls and documents. */
  readonly guarded?: RegExp;
}

/** A reverse proxy on a free port of loopback. */
export async function startProxy({
  hostPort,
  prefix = '',
  key,
  guarded = /^\/(?:score|swagger\.json)/,
}: ProxyOptions): Promise<{ server: Server; url: string }> {
  const server = createServer((req, res) => {
    const path = req.url as string;
    if (!path.startsWith(`${prefix}/`)) return void res.writeHead(404).end();
    const target = path.slice(prefix.length);
    if (key && guarded.test(target) && req.headers.authorization !== `Bearer ${key}`)
      return void res.writeHead(401).end();
    const { method, headers } = req;
    const onward = request({ host: '127.0.0.1', port: hostPort, path: target, method, headers }, (reply) => {
      res.writeHead(reply.statusCode as number, reply.headers);
      reply.pipe(res);
    });
    req.pipe(onward.on('error', () => res.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}` };
}
