import { fileURLToPath } from 'node:url';
import { freePort } from '../../test/support/free-port.js';
import { checkAnswer } from '../support/answers.js';
import { childrenOf } from '../support/cpu-time.js';
import type { Request } from '../support/load/load.js';
import { ServerProcess } from '../support/server.js';
import type { Case, HostVariant } from './cases.js';

/** A server that has answered, and what it is asked. */
export interface Contestant {
  /** `limit`, `by hand`, or `host` and what the variant is called. */
  readonly name: string;
  readonly server: ServerProcess;
  readonly request: Request;
  readonly frontPid: number;
  readonly workerPids: readonly number[];
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const HOST_MAIN = path('../../dist/cli/main.js');
const BY_HAND = path('../serve/by-hand/');
const JSON_TYPE = 'application/json';

/** A server that has answered, and with what. */
interface Started {
  readonly contestant: Contestant;
  readonly text: string;
}

type OnStart = (server: ServerProcess) => void;

/** All servers of a case, each with a first answer that is right. */
export async function startContestants(one: Case, onStart: OnStart): Promise<Contestant[]> {
  const hosts = await startHosts(one, onStart);
  // It answers what the host does, so that both send as many bytes.
  const [{ text } = { text: '' }] = hosts;
  const start = startOf(one, onStart);
  const limit = await start('limit', JSON_TYPE, one.body, (port) => byHand('limit.mjs', port, text));
  const [file = '', ...args] = one.byHand;
  const hand = await start('by hand', JSON_TYPE, one.body, (port) => byHand(file, port, ...args));
  return [limit, hand, ...hosts].map(({ contestant }) => contestant);
}

/** The hosts of a case alone. */
export async function startHosts(one: Case, onStart: OnStart): Promise<Started[]> {
  const start = startOf(one, onStart);
  const hosts = [];
  for (const variant of one.hosts) {
    hosts.push(await start(hostName(variant), variant.type, variant.body, (port) => hostCommand(one, variant, port)));
  }
  return hosts;
}

function startOf(one: Case, onStart: OnStart) {
  return async (name: string, type: string, body: Buffer, command: (port: number) => NodeCommand): Promise<Started> => {
    const port = await freePort();
    const { args, env = {} } = command(port);
    const server = new ServerProcess({ program: process.execPath, args, env });
    onStart(server);
    const request: Request = { port, path: '/score', type, body };
    const text = await server.untilAnswers(request);
    checkAnswer(`${one.title}, ${name}`, text, one.answer);
    return { text, contestant: { name, server, request, frontPid: server.pid, workerPids: childrenOf(server.pid) } };
  };
}

export function hostName({ title }: HostVariant): string {
  return title === '' ? 'host' : `host, ${title}`;
}

interface NodeCommand {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function hostCommand(
  { entry }: Case,
  { logLevel, env = {}, main = HOST_MAIN }: HostVariant,
  port: number,
): NodeCommand {
  return {
    args: [main, 'serve', entry, '--port', String(port)],
    env: { AZUREML_LOG_LEVEL: logLevel, SCOREHOST_LOG_FORMAT: 'json', ...env },
  };
}

function byHand(file: string, port: number, ...args: readonly string[]): NodeCommand {
  return { args: [BY_HAND + file, String(port), ...args] };
}
