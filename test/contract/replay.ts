import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.js';
import { HostProcess } from '../support/host-process.js';
import { isWhole, parseReply, rawExchange } from '../support/raw-http.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import type { OurReply } from './our-reply.js';
import {
  entryName,
  type RecordedCase,
  type RecordedRequest,
  type RequestBytes,
  requestBytes,
  requestHeader,
} from './recorded-case.js';

/** A case, and what came of it: our reply, or why it was not sent. */
export interface Replayed {
  readonly recorded: RecordedCase;
  readonly outcome: OurReply | { readonly kind: 'skipped'; readonly why: string };
}

/** Groups that run at once: each is a host of its own, and some only wait. */
const PARALLEL = 3;
/** After which a client that does not get `100 Continue` sends its body all the same. */
const CONTINUE_WAIT_MS = 100;

/** Sends every case to a real host that serves the twin of its entry script; the cases of one start-up share a host. */
export async function replay(cases: readonly RecordedCase[]): Promise<Replayed[]> {
  const groups = byStart(cases);
  const replayed = new Map<RecordedCase, Replayed>();
  const lane = async () => {
    for (let group = groups.shift(); group; group = groups.shift()) {
      for (const each of await replayGroup(group)) replayed.set(each.recorded, each);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
  return cases.map((recorded) => replayed.get(recorded) as Replayed);
}

function byStart(cases: readonly RecordedCase[]): RecordedCase[][] {
  const groups = new Map<string, RecordedCase[]>();
  for (const recorded of cases) {
    const key = JSON.stringify([recorded.entry, recorded.env, recorded.args]);
    groups.set(key, [...(groups.get(key) ?? []), recorded]);
  }
  return [...groups.values()];
}

/** The twin of the Python entry script of a case. */
export function twinOf(recorded: RecordedCase): string {
  return fileURLToPath(new URL(`entries/${entryName(recorded)}.ts`, import.meta.url));
}

async function replayGroup(group: readonly RecordedCase[]): Promise<Replayed[]> {
  const [first] = group as [RecordedCase];
  const skipAll = (why: string) => group.map((recorded) => skipped(recorded, why));
  if (!existsSync(twinOf(first))) return skipAll('no twin entry');
  const env = withFiles(first.env);
  if (Object.values(env).some((value) => value.includes('<'))) return skipAll('files that are only described');
  const { args, healthPort } = await ownPorts(first.args);
  const host = await startedOrEnded(twinOf(first), args, env);
  if (!(host instanceof HostProcess)) return group.map((recorded) => ({ recorded, outcome: host }));
  try {
    const replayed: Replayed[] = [];
    for (const recorded of group) {
      const bytes = requestBytes(recorded.request);
      const port = recorded.port === 'main' ? host.port : healthPort;
      replayed.push(
        bytes
          ? { recorded, outcome: await send(port, recorded, bytes) }
          : skipped(recorded, 'a request that is only described'),
      );
    }
    return replayed;
  } finally {
    await host.stop();
  }
}

/** `<APP_ROOT with swagger.json and swagger3.json>` stands for a folder of such files, each with its own name in it. */
function withFiles(env: RecordedCase['env']): RecordedCase['env'] {
  const written = Object.entries(env).map(([name, value]) => {
    const [, list] = /^<APP_ROOT with (.+)>$/.exec(value) ?? [];
    const names = list?.split(/, | and /) ?? [];
    const files = names.map((file) => [file, JSON.stringify({ mine: file })]);
    return [name, list === undefined ? value : temporaryFolder(Object.fromEntries(files))];
  });
  return Object.fromEntries(written);
}

function skipped(recorded: RecordedCase, why: string): Replayed {
  return { recorded, outcome: { kind: 'skipped', why } };
}

/** The recorded arguments with ports that are free here. */
async function ownPorts(args: readonly string[]): Promise<{ args: string[]; healthPort: number }> {
  const healthPort = await freePort();
  const replaced = args.map((arg, i) => {
    if (args[i - 1] === '--health_port') return String(healthPort);
    return args[i - 1] === '--port' ? '0' : arg;
  });
  return { args: replaced, healthPort };
}

async function startedOrEnded(entry: string, args: readonly string[], env: RecordedCase['env']) {
  try {
    return await HostProcess.start({ entry, args, env });
  } catch (error) {
    const { code, output } = await HostProcess.runToEnd({ entry, args, env });
    if (code === null) throw error;
    return { kind: 'not started', exitCode: code, output } as const;
  }
}

async function send(port: number, { request }: RecordedCase, { head, body }: RequestBytes): Promise<OurReply> {
  const waits = requestHeader(request, 'expect') !== undefined;
  const pieces = waits ? [head, CONTINUE_WAIT_MS, body] : [Buffer.concat([head, body])];
  try {
    // A request that ends early shows it by closing its side; the others keep it open, as clients do.
    const received = await rawExchange(port, pieces, {
      halfClose: endsEarly(head, request),
      isEnough: (bytes) => isWhole(bytes) || isBodiless(bytes, request.method),
    });
    return { kind: 'answered', ...parseReply(received) };
  } catch (error) {
    return { kind: 'no reply', why: String(error) };
  }
}

/** Whether a request that was recorded as bytes stops before its head, its declared length or its last chunk. */
function endsEarly(bytes: Buffer, request: RecordedRequest): boolean {
  if (request.method !== undefined) return false;
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return true;
  if (requestHeader(request, 'transfer-encoding')) return !bytes.subarray(end).includes('0\r\n\r\n');
  return bytes.length - end - 4 < Number(requestHeader(request, 'content-length') ?? 0);
}

/** Whether the reply is complete with its head. */
function isBodiless(received: Buffer, method: string | undefined): boolean {
  try {
    const { status } = parseReply(received);
    return method === 'HEAD' || status === 204 || status === 304;
  } catch {
    return false;
  }
}
