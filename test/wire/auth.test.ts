import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../src/runtime/http/route.js';
import { HostProcess } from '../support/host-process.js';
import { hasProc, workerPids } from '../support/processes.js';
import { isWhole, parseReply, type RawReply, rawExchange } from '../support/raw-http.js';
import { headerOf, refusalIn } from '../support/refusal.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PRIMARY = 'primary-key-that-nobody-knows';
const SECONDARY = 'secondary-key-that-nobody-knows';
const ORIGIN = 'https://app.example';
/** It counts its runs, and takes every request that reaches it, preflights too. */
const entry = fileURLToPath(new URL('../fixtures/entries/guarded.ts', import.meta.url));

let host: HostProcess;
beforeAll(async () => {
  host = await HostProcess.start({
    entry,
    env: {
      SCOREHOST_PRIMARY_KEY: PRIMARY,
      SCOREHOST_SECONDARY_KEY: SECONDARY,
      AML_CORS_ORIGINS: ORIGIN,
      AZUREML_LOG_LEVEL: 'debug',
    },
  });
});
afterAll(() => host.stop());

/** What can be read without a key: probes, and pages without data. */
const PUBLIC = [...routes.keys()].filter(
  (path) => path === '/' || path === '/health/ready' || path.startsWith('/docs') || /^\/status\/?$/.test(path),
);
const GUARDED = [...routes.keys()].filter((path) => !PUBLIC.includes(path));
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'CONNECT'];

/** Ways to write a path, each of which leads to it or to none. */
function spellings(path: string): string[] {
  const encoded = path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  return [
    path,
    `/${path}`,
    `${path}/`,
    `${path}?key=${PRIMARY}`,
    encoded,
    encoded.toUpperCase(),
    path.toUpperCase(),
    `/%2f${path.slice(1)}`,
    `/docs/..${path}`,
    `/.${path}`,
    `${path};a=b`,
    `${path}%00`,
    `http://elsewhere.example${path}`,
    `HTTPS://elsewhere.example/${path}`,
  ];
}

async function ask(method: string, target: string, headers = '', body = ''): Promise<RawReply> {
  const head = `${method} ${target} HTTP/1.1\r\nHost: x\r\n${headers}`;
  const request = body === '' ? `${head}\r\n` : `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  const isEnough = method === 'HEAD' ? (received: Buffer) => received.includes('\r\n\r\n') : isWhole;
  return parseReply(await rawExchange(host.port, [request], { isEnough }));
}

const withKey = (key: string) => `Authorization: Bearer ${key}\r\n`;

/** How often the entry module has run; asking is a run, too. */
async function runs(): Promise<number> {
  return (JSON.parse(String((await ask('GET', '/score', withKey(PRIMARY))).body)) as { runs: number }).runs;
}

describe('without a key', () => {
  it.each([...GUARDED, '/nothing', '/status.json', '/docs/other.js', '/health', '*'])(
    'every method of %s, however it is written, is 401, and runs nothing',
    async (path) => {
      const before = await runs();
      const answered = await Promise.all(
        METHODS.flatMap((method) =>
          (path === '*' ? [path] : spellings(path)).map(async (target) => {
            const { status, headers } = await ask(method, target);
            const challenge = headers.find(([name]) => name === 'WWW-Authenticate')?.[1];
            return [method, target, status, challenge];
          }),
        ),
      );
      const open = answered.filter(
        ([, , status, challenge]) => status !== 401 || challenge !== 'Bearer realm="scorehost"',
      );
      expect(open).toEqual([]);
      expect(await runs()).toBe(before + 1);
    },
  );

  it.each(PUBLIC)('%s is open: it holds no data of the service', async (path) => {
    expect((await ask('GET', path)).status).toBeLessThan(400);
  });

  it('the answer is an error like every other, and says what to send', async () => {
    const received = await rawExchange(host.port, ['GET /score HTTP/1.1\r\n\r\n']);
    const { message } = refusalIn(received, 401, 'UNAUTHORIZED');
    expect(message).toBe('This service asks for a key: send it as Authorization: Bearer KEY.');
  });

  it('a body is not waited for, and 100 Continue is not sent', async () => {
    const head = 'POST /score HTTP/1.1\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n';
    const reply = parseReply(await rawExchange(host.port, [head]));
    expect(reply).toMatchObject({ status: 401, interim: [] });
    expect(headerOf(reply, 'connection')).toBe('close');
  });

  it('a browser’s preflight is answered by the host, on every path alike, and a page can read the 401', async () => {
    const before = await runs();
    const asks = `Origin: ${ORIGIN}\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n`;
    for (const path of [...GUARDED, '/nothing']) {
      const reply = await ask('OPTIONS', path, asks);
      expect(reply).toMatchObject({ status: 200, body: Buffer.alloc(0) });
      expect(headerOf(reply, 'access-control-allow-origin')).toBe(ORIGIN);
      expect(headerOf(reply, 'access-control-allow-headers')).toBe('authorization');
    }
    const refused = await ask('GET', '/score', `Origin: ${ORIGIN}\r\n`);
    expect([refused.status, headerOf(refused, 'access-control-allow-origin')]).toEqual([401, ORIGIN]);
    expect(await runs()).toBe(before + 1);
  });
});

describe('with a key', () => {
  it.each([PRIMARY, SECONDARY])('every route is as it was without keys: %s', async (key) => {
    // By HEAD: the events of the status page have no end.
    for (const path of [...routes.keys()]) expect((await ask('HEAD', path, withKey(key))).status).toBeLessThan(400);
    expect((await ask('GET', '/nothing', withKey(key))).status).toBe(404);
    expect((await ask('PUT', '/score', withKey(key))).status).toBe(405);
    expect((await ask('POST', '/score', `authorization: bearer  ${key}\r\n`, 'x')).status).toBe(200);
  });

  it.each<[string, string]>([
    ['another key', withKey(`${PRIMARY}x`)],
    ['a part of one', withKey(PRIMARY.slice(0, -1))],
    ['both in one', withKey(`${PRIMARY}, ${SECONDARY}`)],
    ['one in two headers', withKey(PRIMARY) + withKey(PRIMARY)],
    ['a right and a wrong one', withKey(PRIMARY) + withKey('wrong')],
    ['another scheme', `Authorization: Basic ${Buffer.from(`:${PRIMARY}`).toString('base64')}\r\n`],
    ['no scheme', `Authorization: ${PRIMARY}\r\n`],
    ['another header', `x-api-key: ${PRIMARY}\r\nProxy-Authorization: Bearer ${PRIMARY}\r\n`],
  ])('%s is 401', async (_, headers) => {
    const reply = await ask('POST', '/score', headers, 'x');
    expect(reply.status).toBe(401);
    const isInvalid = headers.startsWith('Authorization');
    expect(headerOf(reply, 'www-authenticate')).toBe(
      `Bearer realm="scorehost"${isInvalid ? ', error="invalid_token"' : ''}`,
    );
  });

  it('the entry module sees no key: not in the request, not in its environment', async () => {
    const { body } = await ask('POST', '/score', `${withKey(PRIMARY)}x-own: 1\r\n`, 'x');
    const seen = JSON.parse(String(body)) as { headers: string[]; variables: string[]; values: string[] };
    expect(seen.headers).toContain('x-own');
    expect(seen.headers).not.toContain('authorization');
    expect(seen.variables).not.toContain('SCOREHOST_PRIMARY_KEY');
    expect(seen.variables).toContain('AZUREML_LOG_LEVEL');
    expect(seen.values.filter((value) => value.includes(PRIMARY) || value.includes(SECONDARY))).toEqual([]);
    if (!hasProc) return;
    const environments = workerPids(host).map((pid) => readFileSync(`/proc/${pid}/environ`, 'latin1'));
    expect(environments).toHaveLength(1);
    for (const key of [PRIMARY, SECONDARY]) expect(environments[0]).not.toContain(key);
  });

  it('no key is in the log, nor in what is scraped or documented', async () => {
    const scraped = [
      await ask('GET', '/metrics', withKey(PRIMARY)),
      await ask('GET', '/swagger.json', withKey(PRIMARY)),
    ];
    for (const text of [host.output, ...scraped.map(({ body }) => String(body))]) {
      expect(text.length).toBeGreaterThan(0);
      for (const key of [PRIMARY, SECONDARY]) expect(text).not.toContain(key);
    }
    expect(host.logs.filter(({ code }) => code === 'UNAUTHORIZED').length).toBeGreaterThan(0);
  });
});

describe('what user code prints, or throws', () => {
  const key = 'a-key-that-nobody-may-see';
  const source = `
    const key = ${JSON.stringify(key)};
    export function init() { console.log('init has', key); if (process.env.BOOM) throw new Error('broke with ' + key); }
    export const run = () => key;`;
  const loud = temporaryFolder({ 'score.js': source, 'package.json': '{"type": "module"}' });
  const env = { SCOREHOST_PRIMARY_KEY: key };

  it.each([
    ['that serves', []],
    ['that checks', ['--check']],
  ])('shows no key in the log or the report of a start %s', async (_, args) => {
    const { code, output } = await HostProcess.runToEnd({ entry: loud, args, env: { ...env, BOOM: '1' } });
    expect(code).toBe(3);
    expect(output).toContain('init has [redacted]');
    expect(output).toContain('broke with [redacted]');
    expect(output).not.toContain(key);
  });

  it('is not shown by a check that succeeds, either, which has nothing to say of an address that is not loopback', async () => {
    const { code, output } = await HostProcess.runToEnd({ entry: loud, args: ['--check', '--host', '0.0.0.0'], env });
    expect(code).toBe(0);
    expect(output).toContain('init has [redacted]');
    expect(output).not.toContain(key);
    expect(output).not.toMatch(/"warn"/);
  });
});

it('whoever watches by a key that is changed is not shown more', async () => {
  const folder = temporaryFolder({ primary: PRIMARY });
  const env = { SCOREHOST_PRIMARY_KEY_FILE: `${folder}/primary` };
  const watched = await HostProcess.start({ entry, env });
  try {
    const headers = { authorization: `Bearer ${PRIMARY}` };
    const stream = await watched.fetch('/status/events', { headers });
    expect(stream.status).toBe(200);
    writeFileSync(`${folder}/primary`, SECONDARY);
    expect(await stream.text()).toContain('"state":"ready"'); // it has come to its end
    expect((await watched.fetch('/status/events', { headers })).status).toBe(401);
  } finally {
    await watched.stop();
  }
});

describe('without any setting for keys', () => {
  it('a request keeps its Authorization: it is between the caller and the entry module', async () => {
    const open = await HostProcess.start({ entry, env: { SCOREHOST_METRICS_PUBLIC: 'true' } });
    const reply = await open.score('x', { authorization: 'Bearer of-the-user', 'content-type': 'text/plain' });
    expect(((await reply.json()) as { headers: string[] }).headers).toContain('authorization');
    await open.stop();
  });
});

describe('a start', () => {
  const folder = temporaryFolder({ 'config.yaml': `SCOREHOST_PRIMARY_KEY: ${PRIMARY}: x\n` });
  it.concurrent.each<[string, Readonly<Record<string, string>>, string, RegExp]>([
    ['with auth and no key', { AUTH_ENABLED: 'true' }, 'AUTH_INVALID', /AUTH_ENABLED is true, but no key is set/],
    [
      'with a key that is too short',
      { SCOREHOST_PRIMARY_KEY: 'hunter2' },
      'SETTING_INVALID',
      /a value that is not shown/,
    ],
    [
      'with a config file that is broken where a key is',
      { AZUREML_CONFIG_FILE: `${folder}/config.yaml` },
      'SETTING_INVALID',
      /config\.yaml: .* at line 1/,
    ],
  ])('%s fails with exit code 3, and says no key', async (_, env, code, message) => {
    const { code: exitCode, output, errors } = await HostProcess.runToEnd({ entry, env });
    expect(errors).toMatch(message);
    expect(errors).toMatch(new RegExp(`\n\nExit code 3, ${code}: `));
    expect(exitCode).toBe(3);
    expect(output).not.toMatch(/hunter2|nobody-knows/);
  });

  it('on an address that is not loopback, where the variable of a key is empty: --check says that nobody is asked', async () => {
    const env = { SCOREHOST_PRIMARY_KEY: '' };
    const { code, output } = await HostProcess.runToEnd({ entry, args: ['--check', '--host', '0.0.0.0'], env });
    expect(output).toContain('SCOREHOST_PRIMARY_KEY is set, but empty: it counts as not set.');
    expect(output).toMatch(/"warn".*Whoever reaches 0\.0\.0\.0 may call \/score and read .*\/metrics/);
    expect(code).toBe(0);
  });
});
