import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReplyKind } from '../../src/runtime/worker/frames.js';
import { HostProcess } from '../support/host-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { WorkerAlone } from '../support/worker-alone.js';

const model = readFileSync(fileURLToPath(new URL('../../entry-scripts/diabetes/diabetes.onnx', import.meta.url)));

let worker: WorkerAlone;
beforeAll(() => {
  worker = new WorkerAlone();
});
afterAll(() => worker.stop());

/** What the `run` of an entry module answers to a text. */
async function answerOf(entry: string, text: string): Promise<unknown> {
  await worker.load(entry);
  return JSON.parse(await worker.answer(text, 'text/plain'));
}

describe('what an entry module may be', () => {
  it.each([
    ['score.ts', `let n: number; export const init = () => { n = 2; }; export const run = (x: string) => x + n;`],
    ['score.mts', `const n: number = await Promise.resolve(2); export function run(x: string) { return x + n; }`],
    ['score.cts', `let n: number; exports.init = () => { n = 2; }; exports.run = (x: string) => x + n;`],
    ['score.js', `let n; export async function init() { n = await 2; } export const run = (x) => x + n;`],
    ['score.mjs', `const n = await Promise.resolve(2); export default { run: (x) => x + n };`],
    ['score.cjs', `let n; module.exports = { init() { n = 2; }, run(x) { return x + n; } };`],
    ['main.js', `let n; exports.init = async () => { n = await 2; }; exports.run = async (x) => x + n;`],
    [
      'main.ts',
      `export default class { #n = 0; async init() { this.#n = await 2; } run(x: string) { return x + this.#n; } }`,
    ],
    ['main.cts', `class Model { n = 0; init() { this.n = 2; } run(x: string) { return x + this.n; } } export = Model;`],
    ['main.mts', `export default { n: 0, init() { this.n = 2; }, run(x: string) { return x + this.n; } };`],
    ['main.cjs', `exports.__esModule = true; exports.default = class { run(x) { return x + 2; } };`],
  ])('%s: %s', async (file, text) => {
    expect(await answerOf(temporaryFolder({ [file]: text }), 'x')).toBe('x2');
  });

  it.each([
    ['score.ts', "import { Tensor } from 'scorehost'; import { word } from './helper';"],
    ['score.cts', "import { Tensor } from 'scorehost'; import { word } from './helper';"],
    ['score.cts', "const { Tensor } = require('scorehost'); const { word } = require('./helper');"],
  ])('CommonJS that npm init makes of a folder: %s: %s', async (file, imports) => {
    const folder = temporaryFolder({
      'package.json': '{"type": "commonjs"}',
      [file]: `${imports}\nexport const run = (x: string) => [typeof Tensor, word, x, typeof __dirname];\n`,
      'helper.ts': "import { DataFrame } from 'scorehost';\nexport const word: string = DataFrame.name;\n",
    });
    expect(await answerOf(folder, 'x')).toEqual(['function', 'DataFrame', 'x', 'string']);
  });

  it('score.* comes before main.*, and .ts before .js', async () => {
    const [main, js, ts] = ['main', 'js', 'ts'].map((word) => `export const run = () => '${word}';`) as [
      string,
      string,
      string,
    ];
    expect(await answerOf(temporaryFolder({ 'main.ts': main, 'score.js': js, 'score.ts': ts }), '')).toBe('ts');
  });
});

/** One entry module that imports in every way there is; `run` gives what came of the way it is asked for. */
const ways = {
  'score.ts': `
    import { createRequire } from 'node:module';
    import { plain } from './plain';
    import { ending } from './ending.ts';
    import { asJs } from './as-js.js';
    import { asMjs } from './as-mjs.mjs';
    import asCjs from './as-cjs.cjs';
    import { index } from './folder';
    import { above } from './folder/deep/above';
    import data from './data.json' with { type: 'json' };
    import esm, { kind } from 'esm-package';
    import cjs, { named } from 'cjs-package';
    import scoped from '@scope/package/sub';
    import * as scorehost from 'scorehost';
    import * as common from 'onnxruntime-common';
    import * as node from 'onnxruntime-node';
    import * as gpu from 'onnxruntime-node-gpu';
    import type { OnlyAType } from './there-is-no-such-file';
    import { legacy } from './legacy';
    import { standard } from './standard';

    const require = createRequire(import.meta.url);
    let model: scorehost.Model;
    export async function init() { model = await scorehost.loadModel(scorehost.modelPath('diabetes')); }

    const feeds = () => ({ data: new common.Tensor('float32', new Float32Array(10), [1, 10]) });
    const cases: Record<string, () => unknown> = {
      plain: () => plain, ending: () => ending, asJs: () => asJs, asMjs: () => asMjs, asCjs: () => asCjs,
      index: () => index, above: () => above, data: () => data, esm: () => [esm, kind], cjs: () => [cjs.named, named],
      scoped: () => scoped, legacy: () => legacy, standard: () => standard,
      dynamic: async () => (await import('./later')).later,
      computed: async () => (await import('./' + 'later' + '.js')).later,
      required: () => require('./require-all.cts').values,
      ownRequire: () => [require('./plain-cts').value, require('./data.json').n],
      metaUrl: () => import.meta.url.startsWith('file:///'),
      oneTensor: () => {
        const copies = [scorehost.Tensor, node.Tensor, gpu.Tensor, require('scorehost').Tensor,
          require('onnxruntime-common').Tensor, require('onnxruntime-node').Tensor, require('onnxruntime-node-gpu').Tensor,
          require('./require-all.cts').Tensor];
        return copies.map((copy) => copy === common.Tensor);
      },
      oneSession: () => [gpu.InferenceSession === node.InferenceSession,
        require('onnxruntime-node-gpu').InferenceSession === node.InferenceSession],
      outputs: async () => {
        const { prediction } = await model.run(feeds());
        return [prediction instanceof scorehost.Tensor, prediction instanceof common.Tensor];
      },
      ownSession: async () => {
        const session = await node.InferenceSession.create(scorehost.modelPath('diabetes'));
        const { prediction } = await session.run(feeds());
        return prediction instanceof scorehost.Tensor;
      },
    };
    export function run(name: string): unknown { return cases[name]!(); }`,
  'plain.ts': `export const plain: string = 'plain';`,
  'ending.ts': `export const ending = 'ending' satisfies string;`,
  'as-js.ts': `export const asJs = 'asJs' as const;`,
  'as-mjs.mts': `export const asMjs: string = 'asMjs';`,
  'as-cjs.cts': `const word: string = 'asCjs'; export = word;`,
  'folder/index.ts': `export { index } from './inner.js';`,
  'folder/inner.ts': `export const index: string = 'index';`,
  'folder/deep/above.ts': `import { plain } from '../../plain.js'; import { index } from '..'; export const above = plain + index;`,
  'later.ts': `export const later: string = 'later';`,
  'data.json': '{"n": 1}',
  'require-all.cts': `
    const fromTs = require('./plain-cts');
    const { Tensor } = require('onnxruntime-common');
    import folder = require('./folder-cjs');
    module.exports = { Tensor, values: [fromTs.value, require('./leaf.cts'), require('./leaf.js'), require('./leaf.cjs'), folder.index] };`,
  'plain-cts.ts': `const value: string = 'ts'; module.exports = { value };`,
  'leaf.cts': `const word: string = 'cts'; export = word;`,
  'leaf.js': `module.exports = 'js';`,
  'leaf.cjs': `module.exports = 'cjs';`,
  'folder-cjs/index.cts': `exports.index = 'index' as string;`,
  'node_modules/esm-package/package.json': '{"type": "module", "exports": "./main.js"}',
  'node_modules/esm-package/main.js': `export default 'esm'; export const kind = 'module';`,
  'node_modules/cjs-package/package.json': '{"main": "lib/main.js"}',
  'node_modules/cjs-package/lib/main.js': `exports.named = require('./other').value;`,
  'node_modules/cjs-package/lib/other.js': `exports.value = 'cjs';`,
  'node_modules/@scope/package/package.json': '{"exports": {"./sub": {"import": "./sub.mjs"}}}',
  'node_modules/@scope/package/sub.mjs': `export default 'scoped';`,
  // Old code brings copies of its own, which must not be taken.
  'node_modules/onnxruntime-common/package.json': '{"main": "main.js"}',
  'node_modules/onnxruntime-common/main.js': `exports.Tensor = class Wrong {};`,
  'legacy/tsconfig.json': '{ /* as editors write it */ "extends": "./base.json", }',
  'legacy/base.json': '{"compilerOptions": {"experimentalDecorators": true, "useDefineForClassFields": false}}',
  'legacy/index.ts': `
    const seen: unknown[] = [];
    const note = (...args: unknown[]): any => { seen.push(args.length); };
    enum Color { Red = 1, Green }
    namespace Names { export const green = Color[Color.Green]; }
    class Model {
      constructor(private readonly n: number) {}
      @note run(@note input: string) { return this.n; }
    }
    export const legacy = [seen, new Model(7).run(''), Color.Green, Names.green];`,
  'standard.ts': `
    const seen: unknown[] = [];
    const note = (_: unknown, context: { kind: string }): any => { seen.push(context.kind); };
    @note class Model {
      @note accessor value = 1;
      constructor(protected n: number) {}
      @note run() { return this.n + this.value; }
    }
    export const standard = [seen, new Model(7).run()];`,
  'diabetes.onnx': model,
};

describe('what an entry module may import', () => {
  let host: HostProcess;
  let folder: string;
  const temporary = temporaryFolder();
  beforeAll(async () => {
    folder = temporaryFolder(ways);
    host = await HostProcess.start({ entry: folder, env: { TMPDIR: temporary } });
  });
  afterAll(() => host.stop());

  it.each([
    ['a relative module without its ending', 'plain', 'plain'],
    ['… with the ending .ts', 'ending', 'ending'],
    ['… .js for .ts', 'asJs', 'asJs'],
    ['… .mjs for .mts', 'asMjs', 'asMjs'],
    ['… .cjs for .cts', 'asCjs', 'asCjs'],
    ['a folder for its index', 'index', 'index'],
    ['modules in folders above', 'above', 'plainindex'],
    ['JSON with import attributes', 'data', { n: 1 }],
    ['with import()', 'dynamic', 'later'],
    ['with import() of a computed path', 'computed', 'later'],
    ['a package that is an ES module', 'esm', ['esm', 'module']],
    ['a package that is CommonJS', 'cjs', ['cjs', 'cjs']],
    ['a path that a scoped package exports', 'scoped', 'scoped'],
    ['.cts with require() of .ts, .cts, .js, .cjs and a folder', 'required', ['ts', 'cts', 'js', 'cjs', 'index']],
    ['createRequire(import.meta.url)', 'ownRequire', ['ts', 1]],
    ['import.meta.url is a file URL', 'metaUrl', true],
    ['experimentalDecorators, enums and parameter properties', 'legacy', [[3, 3], 7, 2, 'Green']],
    ['standard decorators and accessors', 'standard', [['accessor', 'method', 'class'], 8]],
    ["the host's packages, in which a tensor is one class", 'oneTensor', Array(8).fill(true)],
    ['onnxruntime-node-gpu is onnxruntime-node', 'oneSession', [true, true]],
    ['outputs of a model are of that class', 'outputs', [true, true]],
    ['… those of a session of its own too', 'ownSession', true],
  ])('%s', async (_, name, expected) => {
    expect(await (await host.score(name, {})).json()).toEqual(expected);
  });

  it('and nothing is written: not beside it, not in the folder for temporary files', () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort()).toEqual(
      Object.keys(ways).sort(),
    );
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe('stack traces in the log name the lines of the source', () => {
  const types = 'interface Input {\n  readonly text: string;\n}\n\n';
  it.each([
    ['score.ts', 'helper.ts', './helper'],
    ['score.cts', 'helper.cts', './helper.cjs'],
    ['score.mts', 'helper.mts', './helper.mjs'],
  ])('%s, through %s', async (file, helper, path) => {
    const common = file.endsWith('.cts');
    const folder = temporaryFolder({
      [file]: `${types}${common ? `const { fail } = require('${path}');` : `import { fail } from '${path}';`}
${common ? 'exports.run =' : 'export const run ='} (text: string) => {
  const input: Input = { text };
  return fail(input.text);
};\n`,
      [helper]: `${types}${common ? 'exports.fail =' : 'export const fail ='} (text: string): never => {
  throw new Error('no ' + text);
};\n`,
    });
    await worker.load(folder);
    expect((await worker.call('x', 'text/plain')).kind).toBe(ReplyKind.failed);
    const [stack] = worker.logs.filter((line) => line.startsWith('Error: no x'));
    expect(stack).toContain(`${join(folder, helper)}:6:9`);
    expect(stack).toContain(`${join(folder, file)}:8:10`);
  });
});

describe('names with blanks, #, %, brackets and letters of other scripts', () => {
  it('are loaded, compiled and named in stack traces', async () => {
    const folder = temporaryFolder({
      'a b#c%41 (é)/ž 1#%2.ts': `import { fail } from './übung 漢.js';\n\nexport const run = (x: string) => x ? fail(x) : import.meta.url;\n`,
      'a b#c%41 (é)/übung 漢.ts': `type Text = string;\nexport const fail = (x: Text) => { throw new Error(x); };\n`,
    });
    const entry = join(folder, 'a b#c%41 (é)', 'ž 1#%2.ts');
    const host = await HostProcess.start({ entry });
    expect(fileURLToPath((await (await host.score('', {})).json()) as string)).toBe(entry);
    await host.score('boom', {});
    await host.untilOutput(/Error: boom/);
    const stack = String(host.logs.find(({ msg }) => String(msg).startsWith('Error: boom'))?.msg);
    await host.stop();
    expect(stack).toContain(`${join(folder, 'a b#c%41 (é)', 'übung 漢.ts')}:2:42`);
    expect(stack).toContain(`${entry}:3:39`);
  });
});
