// Schemathesis against real hosts: npm run test:schemathesis [-- ENTRY_FOLDER…]
//
// Every folder of entry-scripts/ is served in turn, on a free port of loopback. Schemathesis reads the documents that the
// host serves, makes requests of them, right and wrong ones, and holds the answers against what the documents say.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pythonEnvironment } from '../support/python-environment.mjs';

const SCHEMATHESIS = '4.32.5';
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'response_schema_conformance',
  'content_type_conformance',
  'response_headers_conformance',
];
const VERSIONS = ['3.1', '3'];
/** Random requests per operation, besides those of the phases that make one for every word of a document. */
const EXAMPLES = Number(process.env.SCHEMATHESIS_EXAMPLES ?? 30);
/** Of a run that should take a quarter of it. */
const RUN_MS_MAX = 180_000;
const START_MS_MAX = 60_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** Starts a host and waits until it answers calls. */
async function startHost(entry) {
  const args = [join(root, 'dist/cli/main.js'), 'serve', entry, '--port', '0'];
  const { PATH = '', HOME = '' } = process.env;
  const host = spawn(process.execPath, args, {
    env: { PATH, HOME, SCOREHOST_LOG_FORMAT: 'json' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [host.stdout, host.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const stop = async () => {
    const exited = host.exitCode === null && host.signalCode === null ? once(host, 'exit') : undefined;
    host.kill('SIGKILL');
    await exited;
  };
  const deadline = Date.now() + START_MS_MAX;
  for (;;) {
    const [, url] = /listening on (http:\/\/[^"\s]+)/.exec(output) ?? [];
    const ready =
      url &&
      (await fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ));
    if (ready) return { url, stop, output: () => output };
    if (Date.now() > deadline || host.exitCode !== null) {
      await stop();
      throw new Error(`The host of ${entry} did not get ready:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * The document as it is served, in a file, where schemathesis also tests the route that serves it; and without `default`,
 * by which no status would be one that the document does not know. A raw `run` may answer any, which is said by it alone.
 */
async function documentFile(url, version, folder) {
  const document = await (await fetch(`${url}/swagger.json?version=${version}`)).json();
  for (const path of Object.values(document.paths)) {
    for (const { responses } of Object.values(path)) if (!isRaw(responses)) delete responses?.default;
  }
  const file = join(folder, 'document.json');
  writeFileSync(file, JSON.stringify(document));
  return file;
}

function isRaw(responses) {
  return responses?.['200']?.content?.['*/*'] !== undefined;
}

/** @returns what it says, and whether it has found something. */
async function check(command, url, version, cwd) {
  const args = [
    ...['run', await documentFile(url, version, cwd), '--url', url],
    ...['--checks', CHECKS.join(',')],
    ...['--phases', 'examples,coverage,fuzzing', '--max-examples', String(EXAMPLES), '--generation-deterministic'],
    ...['--request-timeout', '20', '--continue-on-failure', '--suppress-health-check', 'all', '--no-color'],
  ];
  try {
    const { stdout } = await run(command, args, { cwd, timeout: RUN_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX });
    return { found: false, text: stdout };
  } catch (error) {
    const why = error.killed ? `\nIt took longer than ${RUN_MS_MAX} ms.` : '';
    return { found: true, text: `${error.stdout ?? ''}${error.stderr ?? ''}${why}` || String(error) };
  }
}

const folder = join(root, 'entry-scripts');
const entries =
  process.argv.length > 2
    ? process.argv.slice(2)
    : readdirSync(folder, { withFileTypes: true })
        .filter((each) => each.isDirectory())
        .map(({ name }) => join(folder, name));
const bin = await pythonEnvironment(`schemathesis-${SCHEMATHESIS}`, [`schemathesis==${SCHEMATHESIS}`]);
const command = join(bin, 'schemathesis');
const cwd = mkdtempSync(join(tmpdir(), 'scorehost-schemathesis-run-'));
const results = [];
try {
  for (const entry of entries) {
    const host = await startHost(entry);
    try {
      for (const version of VERSIONS) {
        const startedAt = performance.now();
        const { found, text } = await check(command, host.url, version, cwd);
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
        const [cases = 'no count'] = /\d+ generated(?:, \d+ .*)?/.exec(text) ?? [];
        results.push({ found, line: `${basename(entry)}, version ${version}: ${cases}, ${seconds} s` });
        if (found || process.env.SCHEMATHESIS_SHOW) console.log(text);
      }
    } finally {
      await host.stop();
    }
  }
} finally {
  rmSync(cwd, { recursive: true, force: true });
}
console.log(results.map(({ found, line }) => `${found ? 'FINDINGS' : 'ok      '}  ${line}`).join('\n'));
process.exitCode = results.length === 0 || results.some(({ found }) => found) ? 1 : 0;
