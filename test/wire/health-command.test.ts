import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { HostProcess } from '../support/host-process.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const diabetes = fileURLToPath(new URL('../../entry-scripts/diabetes', import.meta.url));

function health(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const { PATH = '' } = process.env;
    const options = { env: { PATH, ...env }, cwd: '/' };
    execFile(process.execPath, [MAIN, 'health', ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('scorehost health', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await HostProcess.start({ entry: diabetes });
  });
  afterAll(() => host?.stop());

  it('ends with 0 when the host is ready, on the port of the settings', async () => {
    const answered = { code: 0, stdout: expect.stringContaining('"ready"'), stderr: '' };
    expect(await health([], { SCOREHOST_PORT: String(host.port), SCOREHOST_HOST: '0.0.0.0' })).toEqual(answered);
    expect(await health(['--port', String(host.port)])).toEqual(answered);
  });

  it('ends with 1 and what the host says while it is not', async () => {
    host.child.kill('SIGSTOP'); // it accepts, and says nothing
    const silent = await health(['--port', String(host.port)]);
    host.child.kill('SIGCONT');
    expect(silent).toMatchObject({ code: 1, stdout: expect.stringContaining('no answer within 2000 ms') });
  });

  it('ends with 1 where nobody listens, or something else does', async () => {
    const port = await freePort();
    const nobody = await health(['--port', String(port)]);
    expect(nobody).toMatchObject({ code: 1, stdout: expect.stringContaining(`127.0.0.1, port ${port}`) });
    const other = createServer((socket) => socket.end('no HTTP\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port: otherPort } = other.address() as { port: number };
    expect(await health(['--port', String(otherPort)])).toMatchObject({ code: 1 });
    other.close();
  });

  it.each([
    ['ends in the middle of an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{', true],
    ['never ends its answer', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n', false],
  ])('ends with 1 and a reason where a host %s', async (_, answer, ends) => {
    const host = createServer((socket) => {
      socket.on('error', () => {});
      if (ends) return void socket.end(answer);
      socket.write(answer);
      const drip = setInterval(() => socket.write('x'), 300);
      socket.once('close', () => clearInterval(drip));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => host.once('listening', resolve));
    const { code, stdout } = await health(['--port', String((host.address() as { port: number }).port)]);
    host.close();
    expect(stdout).toMatch(/^no host answers at 127\.0\.0\.1, port \d+: /);
    expect(code).toBe(1);
  });

  it('refuses what it cannot ask', async () => {
    expect(await health(['score.ts'])).toMatchObject({ code: 1, stderr: expect.stringContaining('got score.ts') });
    expect(await health(['--port', '0'])).toMatchObject({ code: 1, stderr: expect.stringContaining('--port') });
    expect((await health(['--help'])).stdout).toMatch(/^Usage: scorehost health/);
  });
});
