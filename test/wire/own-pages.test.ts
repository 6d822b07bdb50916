import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { statusOf } from '../support/status-events.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const entry = fileURLToPath(new URL('../contract/entries/echo_str.ts', import.meta.url));
const endless = 'export const init = () => new Promise(() => {});\nexport const run = () => {};\n';

/** What a host says to whoever starts it in a terminal, where it has the page. */
const inABrowser = (host: HostProcess) => `or in a browser: http://127.0.0.1:${host.port}/docs\n`;

describe('while the service is starting', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await HostProcess.start({ entry: temporaryFolder({ 'score.js': endless }), untilReady: false });
  });
  afterAll(() => host.stop());

  it('/docs is there, but not the document that it shows', async () => {
    expect((await host.fetch('/docs/')).status).toBe(200);
    expect((await host.fetch('/swagger.json?version=3.1')).status).toBe(503);
  });

  it('/status is there, and tells how far it is', async () => {
    expect((await host.fetch('/status')).status).toBe(200);
    const { state, service, workers, reason } = await statusOf(host);
    expect({ state, service, reason }).toEqual({
      state: 'starting',
      service: null,
      reason: 'starting: 0 of 1 workers ready',
    });
    expect(workers).toMatchObject([{ state: 'starting', calls: 0 }]);
  });
});

it('/docs is named to whoever starts a host in a terminal', async () => {
  const host = await HostProcess.start({ entry, env: { SCOREHOST_LOG_FORMAT: 'text' } });
  await expect.poll(() => host.output).toContain('Ctrl-C ends.');
  await host.stop();
  expect(host.output).toContain(inABrowser(host));
});

describe('a host whose pages are off', () => {
  let host: HostProcess;
  beforeAll(async () => {
    const off = { SCOREHOST_DOCS: 'off', SCOREHOST_STATUS: 'off', SCOREHOST_METRICS_PORT: 'off' };
    host = await HostProcess.start({ entry, env: { SCOREHOST_LOG_FORMAT: 'text', ...off } });
  });
  afterAll(() => host.stop());

  it.each(['/docs', '/docs/', '/docs/swagger-ui.css', '/status', '/status/', '/status/events', '/metrics'])(
    '%s is not there',
    async (path) => {
      const reply = await host.fetch(path, { redirect: 'manual' });
      expect([reply.status, await reply.json()]).toMatchObject([404, { code: 'ROUTE_UNKNOWN' }]);
      expect((await host.fetch(path, { method: 'POST' })).status).toBe(404);
    },
  );

  it('names none in a terminal, and answers calls', async () => {
    await expect.poll(() => host.output).toContain('Ctrl-C ends.');
    expect(host.output).not.toContain(inABrowser(host));
    expect((await host.score('{"data": "a"}')).status).toBe(200);
  });
});
