import type { X509Certificate } from 'node:crypto';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Authority, createPair } from '../support/certificates.js';
import { type CheckedCall, CheckedLoad } from '../support/checked-load.js';
import { HostProcess } from '../support/host-process.js';
import { connectTls } from '../support/https.js';
import { StrictConnection } from '../support/strict-connection.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { echoCall } from './under-load/calls.js';

const entry = fileURLToPath(new URL('../fixtures/entries/under-load.ts', import.meta.url));
/** Calls are on their way all the time, but few of them: the machine is that of other tests, too. */
const DEED = 'sleep 5';
/** Files are read again every second; other tests may have the machine meanwhile. */
const WAIT = { timeout: 15_000, interval: 20 };

let host: HostProcess | undefined;
afterEach(() => host?.stop());

/** A folder as Kubernetes mounts a Secret: all of its files change at once, by a link. */
class SecretFolder {
  readonly path = temporaryFolder();
  #version = 0;
  #names: readonly string[] = [];

  write(files: Readonly<Record<string, string>>): void {
    const version = `..${++this.#version}`;
    mkdirSync(join(this.path, version));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(this.path, version, name), content);
    symlinkSync(version, join(this.path, '..tmp'));
    renameSync(join(this.path, '..tmp'), join(this.path, '..data'));
    for (const name of Object.keys(files)) {
      if (!this.#names.includes(name)) symlinkSync(join('..data', name), join(this.path, name));
    }
    this.#names = Object.keys(files);
  }
}

function callWith(key: string, index: number): CheckedCall {
  const { request, problemOf } = echoCall(`call-${index}`, DEED);
  return { request: request.replace('\r\n', `\r\nAuthorization: Bearer ${key}\r\n`), problemOf };
}

describe('keys that are changed one by one under load', () => {
  it('no call fails, and each old key is refused from then on', async () => {
    const secret = new SecretFolder();
    let keys = { primary: 'primary-key-of-the-past', secondary: 'secondary-key-of-the-past' };
    secret.write(keys);
    const { path } = secret;
    const files = { SCOREHOST_PRIMARY_KEY_FILE: `${path}/primary`, SCOREHOST_SECONDARY_KEY_FILE: `${path}/secondary` };
    const running = await HostProcess.start({ entry, env: files });
    host = running;
    const statusOf = async (key: string) =>
      (await running.score('x', { authorization: `Bearer ${key}`, 'content-type': 'text/plain' })).status;

    // Callers use the key that is not about to change.
    let inUse = keys.secondary;
    const load = new CheckedLoad(running.port, 4, (index) => callWith(inUse, index));
    for (const name of ['primary', 'secondary'] as const) {
      const old = keys[name];
      const fresh = `${name}-key-of-the-future`;
      keys = { ...keys, [name]: fresh };
      secret.write(keys);
      await vi.waitUntil(async () => (await statusOf(fresh)) === 200, WAIT);
      expect(await statusOf(old)).toBe(401);
      inUse = fresh;
      const before = load.answered;
      await vi.waitUntil(() => load.answered > before + 100, WAIT);
    }
    expect(await load.stop()).toEqual([]);

    secret.write({ primary: 'short', secondary: keys.secondary });
    await running.untilOutput(/primary must hold a key: .*What was there before holds on/);
    expect(await Promise.all(Object.values(keys).map(statusOf))).toEqual([200, 200]);
    expect(await statusOf('short')).toBe(401);
    for (const name of ['primary', 'secondary']) expect(running.output).toContain(`the ${name} key has changed`);
    expect(running.output).not.toMatch(/key-of-the-(?:past|future)/);
  });
});

describe('a certificate that is changed under load', () => {
  it('no call and no connection fails, and new connections get the new one', async () => {
    const authority = new Authority('authority');
    const [old, fresh] = [
      createPair({ issuer: authority, name: 'old' }),
      createPair({ issuer: authority, name: 'new' }),
    ];
    const folder = temporaryFolder({ 'tls.crt': old.cert, 'tls.key': old.key });
    const file = (name: string) => join(folder, name);
    const env = { SCOREHOST_TLS_CERT_FILE: file('tls.crt'), SCOREHOST_TLS_KEY_FILE: file('tls.key') };
    const running = await HostProcess.start({ entry, env });
    host = running;
    const trust = { ca: authority.cert };
    const served = async () => {
      const socket = await connectTls(running.port, trust);
      const { subject } = socket.getPeerX509Certificate() as X509Certificate;
      socket.destroy();
      return subject;
    };

    const load = new CheckedLoad(
      running.port,
      2,
      (index) => echoCall(`kept-${index}`, DEED),
      () => trust,
    );
    const fleeting = new FleetingCalls(running.port, trust);
    await vi.waitUntil(() => load.answered > 20 && fleeting.answered > 20, WAIT);
    expect(await served()).toBe('CN=old');
    // One file after the other, with time between them to be read while they are no pair.
    writeFileSync(file('tls.crt'), fresh.cert);
    await sleep(1_200);
    expect(await served()).toBe('CN=old');
    writeFileSync(file('tls.key'), fresh.key);
    await vi.waitUntil(async () => (await served()) === 'CN=new', WAIT);
    const [keptBefore, fleetingBefore] = [load.answered, fleeting.answered];
    await vi.waitUntil(() => load.answered > keptBefore + 20 && fleeting.answered > fleetingBefore + 20, WAIT);
    writeFileSync(file('tls.crt'), 'no certificate');
    await running.untilOutput(/tls\.crt holds no certificate in PEM .*What was there before holds on/);
    expect(await served()).toBe('CN=new');
    expect([await load.stop(), await fleeting.stop()]).toEqual([[], []]);
    expect(running.output).toMatch(/the files of TLS have changed: new connections get the certificate/);
  });
});

/** Calls one after the other, each on a connection of its own. */
class FleetingCalls {
  readonly #done: Promise<void>;
  readonly #problems: string[] = [];
  #stopped = false;
  answered = 0;

  constructor(port: number, tls: { ca: string }) {
    this.#done = this.#callOn(port, tls);
  }

  async stop(): Promise<readonly string[]> {
    this.#stopped = true;
    await this.#done;
    return this.#problems;
  }

  async #callOn(port: number, tls: { ca: string }): Promise<void> {
    for (let index = 0; !this.#stopped; index++) {
      const { request, problemOf } = echoCall(`fleeting-${index}`, DEED);
      try {
        const connection = await StrictConnection.open(port, tls);
        const problem = problemOf(await connection.call(request));
        if (problem !== undefined) this.#problems.push(problem);
        connection.close();
        this.answered++;
      } catch (error) {
        this.#problems.push(String(error));
      }
    }
  }
}
