import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  compareFloatsLoosely,
  entryScripts,
  entryScriptsFolder,
  readJson,
  requestsOf,
  responseOf,
} from '../support/entry-scripts.js';
import { build, Container, docker } from './docker.js';
import { LoadBeside } from './load.js';

const scorehost = inject('image');
/** As an operator who trusts nobody runs it: less cannot be given. */
const HARDENED = [
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--user=1000',
  '--cpus=1',
  '--memory=512m',
];
const CONNECTIONS = 8;

compareFloatsLoosely();

describe.each(entryScripts)('entry-scripts/%s in a container of its own', (name) => {
  const image = `${scorehost}-${name}`;
  const [request] = requestsOf(name);
  let container: Container;
  beforeAll(async () => {
    await build(image, join(entryScriptsFolder, name), '--build-arg', `SCOREHOST_IMAGE=${scorehost}`);
    container = await Container.start({ image, options: HARDENED });
  });
  afterAll(() => container?.remove());

  it.each(requestsOf(name))('answers $file with response.json', async ({ body, contentType }) => {
    const response = await container.score(body, contentType);
    expect(readJson(await response.text())).toEqual(responseOf(name));
    expect(response.status).toBe(200);
  });

  it('runs no process as root', async () => {
    const processes = await processesOf(container);
    expect(new Set(processes.map(({ user }) => user))).toEqual(new Set(['1000']));
    const commands = processes.map(({ command }) => command);
    expect(commands[0]).toContain('scorehost serve');
    expect(commands.filter((command) => command.includes('worker/main.js'))).toHaveLength(1);
  });

  it('is healthy, as its HEALTHCHECK says', async () => {
    expect(await container.exec('scorehost', 'health')).toContain('"ready":true');
  });

  it('loses no call when it is stopped under load, and ends with 0', async () => {
    const { contentType, body } = request!;
    const head = `POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n\r\n`;
    const load = await LoadBeside.start(container, CONNECTIONS, Buffer.concat([Buffer.from(head), body]));
    expect(await container.stop()).toBe(0);
    expect(await load.end()).toEqual({ statuses: [200], lost: [], refused: CONNECTIONS });
    expect((await container.logs()).trimEnd()).toMatch(/ended$/);
  });
});

describe('a container that may write', () => {
  it('writes nothing but temporary files', async () => {
    const image = `${scorehost}-written`;
    await build(image, join(entryScriptsFolder, 'diabetes'), '--build-arg', `SCOREHOST_IMAGE=${scorehost}`);
    const container = await Container.start({ image });
    for (let i = 0; i < 100; i++) await (await container.score(requestsOf('diabetes')[0]!.body)).text();
    await container.fetch('/docs/');
    await container.exec('scorehost', 'doctor');
    await container.stop();
    const changes = (await docker('diff', container.id)).split('\n').filter(Boolean);
    await container.remove();
    expect(changes.filter((change) => !/^[ACD] \/tmp(\/|$)/.test(change))).toEqual([]);
  });
});

interface ProcessInside {
  readonly user: string;
  readonly command: string;
}

/** By process id. Asked inside, as the image has no ps. */
async function processesOf(container: Container): Promise<readonly ProcessInside[]> {
  const program = `
    const { readdirSync, readFileSync } = require('node:fs');
    const read = (pid, name) => readFileSync('/proc/' + pid + '/' + name, 'utf8');
    const pids = readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).sort((a, b) => a - b);
    const inside = pids.map((pid) => ({
      user: /^Uid:\\s+(\\d+)/m.exec(read(pid, 'status'))[1],
      command: read(pid, 'cmdline').replaceAll('\\0', ' '),
    }));
    console.log(JSON.stringify(inside));`;
  return JSON.parse(await container.exec('node', '-e', program)) as ProcessInside[];
}
