import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allSettings } from '../../src/runtime/config/help.js';
import { HostProcess } from '../support/host-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { WorkerAlone } from '../support/worker-alone.js';

/** An entry module with a mistake, and what the report must say of it. */
interface Mistake {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** What the first line says behind `scorehost cannot start: `. */
  readonly headline: string | RegExp;
  /** File, line and column of the user's own code, where they can be known. */
  readonly at?: string;
  /** The marked line with the mark below it. */
  readonly marked?: readonly [line: string, mark: string];
  readonly fix: string | RegExp;
}

const run = 'export const run = (x: string) => x;\n';
const working = temporaryFolder({ 'score.ts': run });
const useTypes = `import { inputSchema, NumpyParameterType, outputSchema, rawHttp } from 'scorehost';\n`;
const mendLine = 'Mend the line above.';
const initFailed = 'Make init() succeed: the line above is where it threw.';
const noRunFix = /^Export function run\(input\) \{…\}/;
const leaveFix = /^Throw an Error instead of leaving/;

const mistakes: Readonly<Record<string, Mistake>> = {
  'a syntax error in .ts': {
    files: { 'score.ts': `export function run(x: string) {\n  const naïve = 'é', a = ;\n}\n` },
    headline: 'the entry module could not be loaded: SyntaxError: Unexpected ";"',
    at: 'score.ts:2:26',
    marked: [`  > 2 |   const naïve = 'é', a = ;`, '      |                          ^'],
    fix: mendLine,
  },
  'a syntax error in .js': {
    files: { 'score.js': `export function init() {}\n\texport const a = ;\n` },
    headline: "the entry module could not be loaded: SyntaxError: Unexpected token ';'",
    at: 'score.js:2:19',
    marked: ['  > 2 | \texport const a = ;', '      | \t                 ^'],
    fix: mendLine,
  },
  'a syntax error in .cjs': {
    files: { 'score.cjs': 'exports.run = (x) => {\n  return x +;\n};\n' },
    headline: "the entry module could not be loaded: SyntaxError: Unexpected token ';'",
    at: 'score.cjs:2:13',
    marked: ['  > 2 |   return x +;', '      |             ^'],
    fix: mendLine,
  },
  'a syntax error in a module that it imports': {
    files: {
      'score.mjs': `import { y } from './deep/helper.mjs';\nexport const run = () => y;\n`,
      'deep/helper.mjs': 'foo bar\n',
    },
    headline: "the entry module could not be loaded: SyntaxError: Unexpected identifier 'bar'",
    at: 'deep/helper.mjs:1:5',
    fix: mendLine,
  },
  'an import of a name that is not exported': {
    files: {
      'score.ts': `import { y } from './helper';\nexport const run = () => y;\n`,
      'helper.ts': 'export const x = 1;\n',
    },
    headline:
      /^the entry module could not be loaded: SyntaxError: The requested module '.\/helper' does not provide an export named 'y'/,
    at: 'score.ts:1:10',
    fix: mendLine,
  },
  'an import of a package that is missing': {
    files: { 'score.ts': `\nimport pad from '@scope/left-pad/sub';\nexport const run = pad;\n` },
    headline: /^the entry module could not be loaded: Cannot find package '@scope\/left-pad(\/sub)?' imported from \//,
    at: 'score.ts:2:17',
    fix: 'Install the package in a node_modules folder beside the entry module: npm install @scope/left-pad',
  },
  'a require() of a package that is missing': {
    files: { 'score.cjs': `const pad = require('left-pad');\nexports.run = pad;\n` },
    headline: "the entry module could not be loaded: Cannot find module 'left-pad'",
    at: 'score.cjs:1:21',
    fix: 'Install the package in a node_modules folder beside the entry module: npm install left-pad',
  },
  'an import of a file that is missing': {
    files: {
      'score.ts': `import { a } from './prepare';\nexport const run = a;\n`,
      'prepaer.ts': 'export const a = 1;\n',
    },
    headline: /^the entry module could not be loaded: Cannot find module '\/.*\/prepare' imported from \//,
    at: 'score.ts:1:19',
    fix: 'Mend the path of the import: it starts at the file that imports.',
  },
  'an error while it is loaded': {
    files: {
      'score.ts': `interface Config {}\nfunction check(config: Config): void {\n  throw new RangeError('no labels');\n}\ncheck({});\n${run}`,
    },
    headline: 'the entry module could not be loaded: RangeError: no labels',
    at: 'score.ts:3:9',
    fix: 'Make the module load: the line above is where it threw.',
  },
  'JSON that cannot be read is no syntax error of the module': {
    files: { 'score.ts': `JSON.parse('{');\n${run}` },
    headline: /^the entry module could not be loaded: SyntaxError: Expected property name/,
    at: 'score.ts:1:6',
    fix: 'Make the module load: the line above is where it threw.',
  },
  'no run': {
    files: { 'score.ts': 'export function init() {}\nexport function predict(x: string) { return x; }\n' },
    headline: 'The entry module does not have a run() function defined: it exports init, predict.',
    fix: noRunFix,
  },
  'no exports': {
    files: { 'score.cjs': 'function run() {}\n' },
    headline: 'The entry module does not have a run() function defined: it exports nothing.',
    fix: noRunFix,
  },
  'a run that is no function': {
    files: { 'score.ts': `export const run = 'model.onnx';\n` },
    headline: 'The entry module does not have a run() function defined: its run is a string.',
    fix: noRunFix,
  },
  'an init that is no function': {
    files: { 'score.ts': `export const init = {};\n${run}` },
    headline: 'init must be a function, but it is an object.',
    fix: 'Export function init() {…}, or leave init out: it is optional.',
  },
  'an init that wants arguments': {
    files: { 'score.ts': `export function init(context: object) {}\n${run}` },
    headline: 'init() is called without arguments, but yours takes 1.',
    fix: /^Declare init\(\) without parameters/,
  },
  'an init that throws': {
    files: { 'score.ts': `export function init() {\n  const labels: any = undefined;\n  labels.sort();\n}\n${run}` },
    headline: "init() threw: TypeError: Cannot read properties of undefined (reading 'sort')",
    at: 'score.ts:3:10',
    marked: ['  > 3 |   labels.sort();', '      |          ^'],
    fix: initFailed,
  },
  'an asynchronous init that throws, with a cause': {
    files: {
      'score.ts': `import { fail } from './helper';\nexport async function init() {\n  await null;\n  fail();\n}\n${run}`,
      'helper.ts': `export function fail(): never {\n  throw new Error('no labels', { cause: new TypeError('disk') });\n}\n`,
    },
    headline: 'init() threw: no labels\n  caused by: TypeError: disk',
    at: 'helper.ts:2:9',
    fix: initFailed,
  },
  'an init that throws a text': {
    files: { 'score.ts': `export function init() { throw 'no labels'; }\n${run}` },
    headline: "init() threw a value that is no Error: 'no labels'",
    fix: /^Throw an Error, which tells its line/,
  },
  'an init that throws undefined': {
    files: { 'score.ts': `export async function init() { throw undefined; }\n${run}` },
    headline: 'init() threw a value that is no Error: undefined',
    fix: /^Throw an Error, which tells its line/,
  },
  'rawHttp with a schema': {
    files: {
      'score.ts': `${useTypes}const numbers = new NumpyParameterType([[1]]);\nexport const run = rawHttp(\n  inputSchema('data', numbers)((data) => data) as never);\n`,
    },
    headline: /^run\(\) cannot be decorated with both rawHttp and inputSchema or outputSchema/,
    at: 'score.ts:3:20',
    fix: mendLine,
  },
  'two output schemas': {
    files: {
      'score.ts': `${useTypes}const numbers = new NumpyParameterType([[1]]);\nexport const run = outputSchema(numbers)(outputSchema(numbers)((x: string) => x));\n`,
    },
    headline: 'outputSchema(): the output schema is defined already.',
    at: 'score.ts:3:40',
    fix: mendLine,
  },
  'a decorated run that is overridden': {
    files: {
      'score.ts': `${useTypes}class A {\n  run(data: unknown) {\n    return data;\n  }\n}\nA.prototype.run = inputSchema('data', new NumpyParameterType([1]))(A.prototype.run);\nexport default class B extends A {\n  override run(data: unknown) {\n    return [data];\n  }\n}\n`,
    },
    headline: 'run() overrides one that has a schema, and has none itself.',
    fix: 'Decorate the run() of the subclass too.',
  },
  'a sample that is none': {
    files: {
      'score.ts': `${useTypes}export const run = inputSchema(\n  'data', new NumpyParameterType([[1, 2], [3]]))((data) => data);\n`,
    },
    headline: 'Invalid sample input provided: sample/1: expected an array of 2, got an array of 1.',
    at: 'score.ts:3:11',
    fix: 'Mend the sample, or give the dtype that it is of: new NumpyParameterType(sample, { dtype }).',
  },
  'a model that cannot be found': {
    files: {
      'score.ts': `import { modelPath } from 'scorehost';\nexport function init() {\n  modelPath('diabetes');\n}\n${run}`,
      'diabetse.onnx': '',
    },
    headline:
      /^init\(\) failed: Cannot find the model 'diabetes': looked for diabetes, diabetes\.onnx and diabetes\/VERSION in\n {2}\/.*\n {4}\(there is no such folder\)\n/,
    at: 'score.ts:3:3',
    fix: 'Copy the model beside the entry module, or set AZUREML_MODEL_DIR (--model_dir) to its folder.',
  },
  'a model file that is none': {
    files: {
      'score.ts': `import { loadModel, modelPath } from 'scorehost';\nexport async function init() {\n  await loadModel(modelPath('m'));\n}\n${run}`,
      'm.onnx': 'version https://git-lfs.github.com/spec/v1\n',
    },
    headline: /^init\(\) failed: Cannot load the model \/.*\/m\.onnx: Git LFS holds it.*Protobuf parsing failed/,
    at: 'score.ts:3:3',
    fix: /Git LFS/,
  },
  'a model file that is missing': {
    files: {
      'score.ts': `import { loadModel } from 'scorehost';\nexport async function init() {\n  await loadModel('/no/such/m.onnx');\n}\n${run}`,
    },
    headline: /^init\(\) failed: Cannot load the model \/no\/such\/m\.onnx: there is no such file/,
    at: 'score.ts:3:9',
    fix: /^Mend the path, or find the model by its name/,
  },
};

/** What ends the worker, or leaves it behind as no other mistake may find it: each needs a host of its own. */
const endings: Readonly<Record<string, Mistake>> = {
  'an init that ends the process': {
    files: { 'score.ts': `export function init() {\n  process.exit(0);\n}\n${run}` },
    headline: 'init() ended the process: process.exit(0).',
    at: 'score.ts:2:11',
    fix: leaveFix,
  },
  'an entry module that ends the process': {
    files: { 'score.js': `process.exit(7);\nexport const run = (x) => x;\n` },
    headline: 'the entry module ended the process: process.exit(7).',
    at: 'score.js:1:9',
    fix: leaveFix,
  },
  'an error in a timer while init waits': {
    files: {
      'score.ts': `export async function init() {\n  setTimeout(() => { throw new Error('late'); });\n  await new Promise(() => {});\n}\n${run}`,
    },
    headline: 'init() threw: late',
    at: 'score.ts:2:28',
    fix: initFailed,
  },
  'a promise that is rejected while init waits': {
    files: {
      'score.ts': `export async function init() {\n  void Promise.reject(new Error('late'));\n  await new Promise(() => {});\n}\n${run}`,
    },
    headline: 'init() threw: late',
    at: 'score.ts:2:23',
    fix: initFailed,
  },
  'a worker that is killed': {
    files: { 'score.ts': `export function init() { process.kill(process.pid, 'SIGKILL'); }\n${run}` },
    headline: 'the worker was ended by SIGKILL before it was ready.',
    fix: 'It may have been killed for memory: give the container more, or use a smaller model.',
  },
  'native code that crashes': {
    files: {
      'score.ts': `export function init() { console.log('up to here'); process.kill(process.pid, 'SIGSEGV'); }\n${run}`,
    },
    headline: 'the worker was ended by SIGSEGV before it was ready.',
    fix: /^Native code crashed/,
  },
};

/** Those that show what a host makes of a report: one of each code, and one of each stage. */
const typical = [
  'a syntax error in .ts',
  'an asynchronous init that throws, with a cause',
  'a model file that is none',
];

/** Frames of Node and of the host, and what Node says to developers of Node. */
const NOISE = /node:internal|\/dist\/|node_modules\/|Require stack|HostError|\[object Object\]/;

/** Whether the report says what is in the file, where, and how to mend it, and nothing of the host's own. */
function expectReport(report: string, folder: string, { files, headline, at, marked, fix }: Mistake): void {
  const first = report.slice('scorehost cannot start: '.length);
  if (typeof headline === 'string') expect(first).toMatch(startingWithLine(headline));
  else expect(first).toMatch(headline);
  if (at) expect(report).toContain(`\n  at ${join(folder, at)}\n`);
  if (at) expect(report.match(/\n {2}> \d+ \| .*\n +\| \s*\^\n/g), 'the line is shown once').toHaveLength(1);
  if (marked) expect(report).toContain(`\n${marked.join('\n')}\n`);
  for (const name of Object.keys(files)) expect(report).toContain(`\n    ${name.split('/')[0]}`);
  expect(report.split('\nFix: ')).toHaveLength(2);
  const [, way] = report.trimEnd().split('\nFix: ');
  if (typeof fix === 'string') expect(way).toBe(fix);
  else expect(way).toMatch(fix);
  expect(report).not.toMatch(NOISE);
}

describe('a mistake gets a report that a stranger can act on', () => {
  let worker: WorkerAlone;
  beforeAll(() => {
    worker = new WorkerAlone();
  });
  afterAll(() => worker.stop());

  it.each(Object.entries(mistakes))('%s', async (_, mistake) => {
    const folder = temporaryFolder(mistake.files);
    const { report } = await worker.fail(folder);
    expectReport(report, folder, mistake);
  });
});

describe('a mistake ends the start with 3 and one report', () => {
  const typicalMistakes = typical.map((name) => [name, mistakes[name] as Mistake] as const);
  it.concurrent.each([...typicalMistakes, ...Object.entries(endings)])('%s', async (_, mistake) => {
    const folder = temporaryFolder(mistake.files);
    const { code, output, errors } = await HostProcess.runToEnd({ entry: folder });
    expect(code, errors).toBe(3);
    const [report = '', lastLine] = errors.split('\nExit code 3, ');
    expectReport(report, folder, mistake);
    const [headline] = report.slice('scorehost cannot start: '.length).split('\n');
    expect(lastLine).toBe(`${lastLine?.split(':')[0]}: ${headline}\n`);
    expect(lastLine).toMatch(/^[A-Z_]+: /);
    expect(output.split('cannot start'), 'reported once').toHaveLength(2);
  });
});

function startingWithLine(text: string): RegExp {
  return new RegExp(`^${escaped(text)}\n`);
}

/** Runs a host that ends by itself in a folder with an entry module that works. */
function endOf(args: readonly string[], env: Readonly<Record<string, string>> = {}, entry = working) {
  return HostProcess.runToEnd({ entry, args, env });
}

// All that can be wrong with settings: test/runtime/config/read.test.ts.
describe('what is wrong with the command line ends it with 1', () => {
  it.concurrent.each<[string, readonly string[], string]>([
    ['an unknown flag', ['--worker_cuont', '2'], 'There is no flag --worker-cuont.'],
    [
      'a value out of range',
      ['--worker_count', '0'],
      "WORKER_COUNT from --worker_count is '0', but must be a whole number from 1 to 1024.",
    ],
  ])('%s', async (_, args, message) => {
    const { code, errors } = await endOf(args);
    expect(errors).toMatch(new RegExp(`^scorehost cannot start: ${escaped(message)}\n\nFix: .+\n$`));
    expect(code).toBe(1);
  });
});

describe('what is wrong with a variable or the config file ends it with 3', () => {
  const broken = join(temporaryFolder({ 'broken.json': '{"WORKER_COUNT": 2' }), 'broken.json');
  it.concurrent.each<[string, Readonly<Record<string, string>>, string | RegExp]>([
    [
      'a word for a number',
      { SCORING_TIMEOUT_MS: 'soon' },
      "SCORING_TIMEOUT_MS from the environment is 'soon', but must be a whole number from 0 to 2147483647.",
    ],
    [
      'a file that is cut off',
      { AZUREML_CONFIG_FILE: broken },
      /^Cannot read the config file .*broken\.json: .* at line 1, column 19:\n/,
    ],
  ])('%s', async (_, env, message) => {
    const { code, errors } = await endOf([], env);
    const said = errors.replace('scorehost cannot start: ', '');
    if (typeof message === 'string') expect(said).toMatch(startingWithLine(message));
    else expect(said).toMatch(message);
    const [headline = ''] = said.split('\n');
    expect(said).toMatch(new RegExp(`\n\nFix: .+\n\nExit code 3, SETTING_INVALID: ${escaped(headline)}\n$`));
    expect(code).toBe(3);
  });
});

// Other reasons: test/runtime/worker/entry/find-entry.test.ts.
it('an entry module that cannot be found ends it with 3, and a list of what is there', async () => {
  const folder = temporaryFolder({ 'scoring.ts': run });
  const path = join(folder, 'score.ts');
  const { code, output } = await endOf([], {}, path);
  const reason = `Cannot find the entry module ${escaped(path)}: there is no such file or folder\\.`;
  expect(output).toMatch(new RegExp(`^scorehost cannot start: ${reason}\n\n  .* holds\n`));
  expect(output).toContain('scoring.ts');
  expect(output).toMatch(
    /\n\nFix: Give the file or its folder, as in: scorehost serve path\/to\/score\.ts, or a model: scorehost serve model\.onnx\n\nExit code 3, ENTRY_INVALID: Cannot find the entry module .*\n$/,
  );
  expect(code).toBe(3);
});

describe('--check', () => {
  it('loads the entry module, says that it is ready, and ends with 0', async () => {
    const { code, output } = await endOf(['--check', '--port', '1']);
    expect(output).toMatch(/^The settings are valid, and the entry module is ready after \d+ ms\.\n$/);
    expect(code).toBe(0);
  });

  it('ends with 3 and the report where the entry module does not load', async () => {
    const { code, output } = await endOf(['--check'], {}, temporaryFolder({ 'score.js': 'export const ran = 1;\n' }));
    expect(output).toContain('does not have a run() function defined: it exports ran.');
    expect(code).toBe(3);
  });

  it('tells of keys of a named config file that are no settings', async () => {
    const config = join(temporaryFolder({ 'config.yaml': 'worker_count: 2\nSERVICE_NAME: x\n' }), 'config.yaml');
    const { code, output } = await endOf(['--check', '--config_file', config]);
    expect(output).toContain(`worker_count in ${config} is no setting, and is ignored`);
    expect(output).not.toContain('SERVICE_NAME');
    expect(code).toBe(0);
  });
});

describe('--help', () => {
  it('shows every setting with its flag, variable and default, and ends with 0, also with a wrong variable', async () => {
    const { code, output } = await endOf(['--help'], { SCORING_TIMEOUT_MS: 'soon' });
    for (const { env, flag, defaultText } of allSettings()) {
      expect(output).toMatch(
        new RegExp(
          `\n  ${flag ? `--${flag} VALUE, ` : ''}${env}\n      .*\n      .*; default: ${escaped(defaultText)}`,
        ),
      );
    }
    expect(code).toBe(0);
  });
});

describe('a port that is taken', () => {
  it('ends it with 3, and leaves no worker behind', async () => {
    const folder = temporaryFolder({
      'score.ts': `import { writeFileSync } from 'node:fs';
export function init() { writeFileSync(import.meta.dirname + '/pid', String(process.pid)); while (true) {} }
export const run = () => 1;\n`,
    });
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const { code, output } = await endOf(['--port', String(port)], {}, folder);
    blocker.close();
    expect(output).toMatch(
      new RegExp(
        `^scorehost cannot start: Cannot listen on 127\\.0\\.0\\.1:${port}: another process listens there\\.\n\nFix: .*--port`,
      ),
    );
    expect(code).toBe(3);
    expect(existsSync(join(folder, 'pid')), 'no worker was told to load it').toBe(false);
  });
});

it('several workers that all fail report once', async () => {
  const failing = temporaryFolder({ 'score.js': `throw new Error('no labels');\n` });
  const { code, output } = await endOf(['--worker_count', '3'], {}, failing);
  expect(code).toBe(3);
  expect(output.split('cannot start')).toHaveLength(2);
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
