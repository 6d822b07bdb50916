import { createServer, type Server } from 'node:http';
import { pino } from 'pino';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { HostError } from '../../../src/errors.js';
import { readConfig } from '../../../src/runtime/config/read.js';
import { AccessLog } from '../../../src/runtime/http/access-log.js';
import { createHandler } from '../../../src/runtime/http/handler.js';
import { newHttpCounts } from '../../../src/runtime/http/measure.js';
import type { Call, Outcome } from '../../../src/runtime/pool/call.js';
import type { Readiness } from '../../../src/runtime/pool/staff.js';
import type { Scoring } from '../../../src/runtime/scoring/scoring.js';
import type { CallHead, ReadyMessage } from '../../../src/runtime/worker/messages.js';

const service: ReadyMessage = {
  kind: 'text',
  answersPreflights: false,
  bodyTypes: [],
  documents: { 2: '{"swagger":"2.0"}', 3: '{"openapi":"3.0.3"}', '3.1': '{"openapi":"3.1.0"}' },
  batchCallsMax: 1,
  loadMs: 1,
};

/** A front without workers: calls are answered by `outcome`, given their head and body. */
interface Front {
  service: ReadyMessage | undefined;
  readiness: Readiness;
  closing: boolean;
  outcome: (head: CallHead, body: string) => Outcome;
}

let front: Front;
let server: Server;
beforeEach(async () => {
  front = {
    service,
    readiness: { ready: true, reason: 'ready', workersReady: 1, workersWanted: 1 },
    closing: false,
    outcome: (_, body) => ({ kind: 'reply', head: undefined, body: Buffer.from(JSON.stringify(body)), runMs: 1.5 }),
  };
  const { config } = await readConfig([], { AML_CORS_ORIGINS: 'https://a.example' });
  const scoring = {
    get service() {
      return front.service;
    },
    admit(onOutcome: (outcome: Outcome) => void) {
      if (!front.service) throw new HostError('NOT_READY', 'The service is starting.');
      return { onOutcome };
    },
    hold: () => undefined,
    submit: ({ onOutcome }: Call, head: CallHead, body: readonly Uint8Array[]) =>
      onOutcome(front.outcome(head, Buffer.concat(body).toString())),
    withdraw: () => {},
  } as unknown as Scoring;
  const exchangeSettings = { serverVersion: 'scorehost/test', closing: () => front.closing, sendStallMsMax: 1000 };
  const log = pino({ level: 'silent' });
  const metrics = async () => ({ contentType: 'text/plain', scrape: async () => 'a_metric 1\n' });
  const counts = newHttpCounts();
  server = createServer(
    createHandler({
      config: config.http,
      accessLog: new AccessLog(log, config.log),
      tracing: undefined,
      scoring,
      readiness: () => front.readiness,
      metrics,
      counts,
      serves: () => true,
      statusFeed: undefined,
      exchangeSettings,
      log,
      guard: undefined,
    }),
  );
});

describe('the handler', () => {
  it('answers health at once, and readiness as the pool has it', async () => {
    await request(server).get('/').expect(200, 'Healthy');
    await request(server)
      .get('/health/ready')
      .expect(200, { ready: true, reason: 'ready', workersReady: 1, workersWanted: 1 });
    front.readiness = { ready: false, reason: 'starting', workersReady: 0, workersWanted: 1 };
    await request(server).get('/health/ready').expect(503).expect('Retry-After', '1');
  });

  it('hands a call over with its body and its ids, and answers with what came of it', async () => {
    let head: CallHead | undefined;
    const { outcome } = front;
    front.outcome = (given, body) => {
      head = given;
      return outcome(given, body);
    };
    await request(server)
      .post('/score?a=1')
      .set('x-request-id', 'r1')
      .set('content-type', 'text/plain')
      .send('body')
      .expect(200, '"body"')
      .expect('x-request-id', 'r1')
      .expect('x-ms-run-fn-exec-ms', '1.500')
      .expect('x-ms-run-function-failed', 'False');
    expect(head).toMatchObject({ requestId: 'r1', method: 'POST', target: '/score?a=1' });
  });

  it('turns an error into its status, its body and its headers', async () => {
    front.outcome = () => ({ kind: 'error', error: new HostError('QUEUE_FULL', 'Full.'), runFailed: false });
    const { body } = await request(server).post('/score').expect(429).expect('Retry-After', '1');
    expect(body).toMatchObject({
      message: 'Full.',
      code: 'QUEUE_FULL',
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  it('refuses a head that HTTP cannot send, and lives on', async () => {
    front.outcome = () => ({
      kind: 'reply',
      head: { status: 200, headers: [['x-a', 'a\u0001b']] },
      body: Buffer.from('x'),
      runMs: 1,
    });
    const { body } = await request(server).post('/score').expect(500).expect('x-ms-run-function-failed', 'True');
    expect(body).toMatchObject({ code: 'RESULT_INVALID' });
    await request(server).get('/').expect(200);
  });

  it('is 503 for calls and documents before the service is known', async () => {
    front.service = undefined;
    await request(server).post('/score').send('x').expect(503).expect('Retry-After', '1');
    await request(server).get('/swagger.json').expect(503).expect('Retry-After', '1');
  });

  it('serves the documents by version', async () => {
    await request(server).get('/swagger.json').expect(200, { swagger: '2.0' });
    await request(server).get('/swagger.json?version=3.1').expect(200, { openapi: '3.1.0' });
    await request(server).get('/swagger.json?version=4').expect(404);
  });

  it('says which methods a path has, and which paths it does not know', async () => {
    await request(server).put('/score').expect(405).expect('Allow', 'GET, POST, OPTIONS');
    await request(server).post('/').expect(405).expect('Allow', 'GET, HEAD, OPTIONS');
    front.service = { ...service, kind: 'raw' };
    await request(server).put('/score').expect(405).expect('Allow', 'GET, HEAD, POST, OPTIONS');
    await request(server).get('/nothing').expect(404);
  });

  it('answers a preflight itself, and lets no Response of user code say who may read', async () => {
    const origin = 'https://a.example';
    await request(server)
      .options('/score')
      .set({ origin, 'access-control-request-method': 'POST' })
      .expect(200, '')
      .expect('Access-Control-Allow-Origin', origin);
    const headers: [string, string][] = [['access-control-allow-origin', 'https://b.example']];
    front.outcome = () => ({ kind: 'reply', head: { status: 200, headers }, body: Buffer.from('x'), runMs: 1 });
    await request(server).post('/score').set({ origin }).expect('Access-Control-Allow-Origin', origin);
  });

  it('ends connections behind their answer while the host closes', async () => {
    front.closing = true;
    await request(server).get('/').expect('Connection', 'close');
  });
});
