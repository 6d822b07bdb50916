import { isIPv6 } from 'node:net';
import { asError, HostError } from '../errors.js';
import { readConfig } from '../runtime/config/read.js';
import type { Config } from '../runtime/config/settings.js';
import { get, nodeHttps } from '../runtime/http/node-http.js';
import { exitCodeOf, printReport } from './report.js';

const USAGE = `Usage: scorehost health [options]

Asks the host of this machine or container whether it is ready, prints what it says, and ends with exit code 0 if it is, else
with 1: the HEALTHCHECK of an image, which needs no curl.

It asks where the settings of scorehost serve say, by flag, environment or config file: SCOREHOST_HOST and SCOREHOST_PORT. A host
whose port was given by a flag must be asked with that flag.
`;

/** Docker's own patience is 3 s in our image. */
const ANSWER_MS_MAX = 2_000;

/** `scorehost health`: whether the host that runs here is ready, by exit code. */
export async function health(args: readonly string[]): Promise<void> {
  try {
    const { config, help, entry } = await readConfig(args);
    if (help) return void process.stdout.write(USAGE);
    if (entry !== undefined) throw usageInvalid(`health asks a host that runs and takes no entry, got ${entry}.`);
    const { ready, text } = await askHost(config);
    process.stdout.write(`${text}\n`);
    process.exitCode = ready ? 0 : 1;
  } catch (error) {
    printReport(error);
    process.exitCode = exitCodeOf(error);
  }
}

interface Answer {
  readonly ready: boolean;
  /** What the host said, or why it said nothing. */
  readonly text: string;
}

function askHost({ http: { host, port }, tls }: Config): Promise<Answer> {
  if (port === 0) throw usageInvalid('The port is 0, any free one: health cannot know it. Name it with --port.');
  // With HTTPS too it is asked by an address that no certificate names, and on this machine: what is asked is whether it is
  // ready, not who it is.
  const options = { host: addressOf(host), port, path: '/health/ready', agent: false, rejectUnauthorized: false };
  const ask = tls.certFile === '' ? get : nodeHttps().get;
  return new Promise((resolve) => {
    const request = ask(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (body += piece));
      response.on('end', () => resolve({ ready: response.statusCode === 200, text: body }));
    });
    const fail = (reason: string) => {
      resolve({ ready: false, text: `no host answers at ${options.host}, port ${port}: ${reason}` });
      request.destroy();
    };
    setTimeout(fail, ANSWER_MS_MAX, `no answer within ${ANSWER_MS_MAX} ms`).unref();
    request.on('error', (error) => fail(asError(error).message));
    request.on('close', () => fail('the connection ended before its answer did'));
  });
}

/** Who listens on all addresses is asked on loopback. */
function addressOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  // A machine without IPv6 has no ::1, and listens on all addresses of IPv4 then.
  return isIPv6(host) && /^[0:]+$/.test(host) ? 'localhost' : host;
}

function usageInvalid(message: string): HostError {
  return new HostError('USAGE_INVALID', message, { fix: 'See scorehost health --help.' });
}
