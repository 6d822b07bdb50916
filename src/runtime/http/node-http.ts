import type * as http from 'node:http';
import type * as https from 'node:https';
import type * as tls from 'node:tls';

/**
 * What the front takes from Node's HTTP server. Not by `import`: that asks for each export of a built-in module, and since
 * Node 22 `node:http` has one, `WebSocket`, that is loaded when it is asked for, with a whole HTTP client, TLS and
 * cryptography behind it: 50 ms and 13 MB of a start.
 */
export const { createServer, get, IncomingMessage, ServerResponse, STATUS_CODES } =
  process.getBuiltinModule('node:http');

export type IncomingMessage = http.IncomingMessage;
export type Server = http.Server;
export type ServerResponse = http.ServerResponse;

/** Loaded by those who have a certificate. */
export function nodeHttps(): typeof https {
  return process.getBuiltinModule('node:https');
}

export function nodeTls(): typeof tls {
  return process.getBuiltinModule('node:tls');
}
