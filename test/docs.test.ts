import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { docsPages } from '../scripts/docs-pages.js';
import { compile } from './support/compile.js';
import { curl } from './support/curl.js';
import { HostProcess } from './support/host-process.js';
import { type Block, blocksOf, callsOf } from './support/markdown.js';
import { temporaryFolder } from './support/temporary-folder.js';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('pages that are made from tables', () => {
  it.each(Object.entries(docsPages))('docs/%s is up to date: npm run docs', (name, page) => {
    expect(readFileSync(`${root}/docs/${name}`, 'utf8')).toBe(page());
  });
});

/** Blocks that begin with a file's name are files; those of a shell call the host; the next one is what it answers. */
function exampleOf(blocks: readonly Block[]) {
  const files: Record<string, string> = {};
  for (const { text } of blocks) {
    const [, name, content] = /^\/\/ (\S+)\n(.*)$/s.exec(text) ?? [];
    if (name !== undefined) files[name] = content as string;
  }
  return { files, calls: callsOf(blocks) };
}

const model = readFileSync(`${root}/entry-scripts/diabetes/diabetes.onnx`);

/** The model that a page serves without code. */
const SERVED_MODEL = /^npx scorehost serve (\S+\.onnx)$/m;

const pages = (
  [
    ['entry-modules.md', 20],
    ['models.md', 4],
    ['data-collection.md', 1],
  ] as const
).map(([name, sectionsMin]) => {
  const page = readFileSync(`${root}/docs/${name}`, 'utf8');
  const [, servedModel = ''] = SERVED_MODEL.exec(page) ?? [];
  const sections = page
    .split(/^###? /m)
    .map((section) => ({ title: section.split('\n')[0] as string, ...exampleOf(blocksOf(section)) }))
    .filter(({ calls }) => calls.length > 0);
  const modules = sections.filter(({ files }) => Object.keys(files).length > 0);
  return { name, sectionsMin, page, servedModel, sections, modules };
});

it('the compiler takes the entry modules of all pages', async () => {
  const files = pages.flatMap(({ name: page, modules }) =>
    modules.flatMap((section, i) =>
      Object.entries(section.files).map(([name, text]) => [`${page}/${i}/${name}`, text] as const),
    ),
  );
  const compilerOptions = {
    module: 'preserve', // as the loader, which finds './helpers/label' without its ending
    moduleResolution: 'bundler',
    typeRoots: [`${root}/node_modules/@types`],
    paths: { scorehost: [`${root}/dist/index.d.ts`] }, // what a user has
  };
  const tsconfig = JSON.stringify({ extends: `${root}/tsconfig.json`, compilerOptions, include: ['.'], exclude: [] });
  const folder = temporaryFolder({ ...Object.fromEntries(files), 'tsconfig.json': tsconfig });
  expect(await compile(`${folder}/tsconfig.json`)).toBe('');
});

/** One host serves all examples, each in the place of the one before: a reload costs half of what a start does. */
let host: HostProcess;
const served = join(temporaryFolder(), 'served');
beforeAll(async () => {
  symlinkSync(temporaryFolder({ 'score.js': "export const run = () => 'no example yet';" }), served);
  host = await HostProcess.start({ entry: served, env: { SCOREHOST_STRICT_OUTPUT: 'true' } });
});
afterAll(() => host?.stop());

async function serve(folder: string): Promise<void> {
  rmSync(served);
  symlinkSync(folder, served);
  const before = host.logs.length;
  const lines = () => host.logs.slice(before).map(({ msg }) => String(msg));
  const told = () => lines().find((line) => /^(?:worker .*replaced|not reloaded)/.test(line));
  host.child.kill('SIGHUP');
  await vi.waitUntil(told, { timeout: 15_000, interval: 20 });
  expect(told(), lines().join('\n')).toBe('worker replaced: reload');
}

describe.each(pages)('the examples of docs/$name do what they say', (described) => {
  const { page, sectionsMin, sections, modules, servedModel } = described;
  it('and none is left out', () => {
    expect(sections.length).toBeGreaterThanOrEqual(sectionsMin);
    expect(blocksOf(page).filter(({ text }) => text.startsWith('// score.'))).toHaveLength(modules.length);
    if (modules.length < sections.length) expect(servedModel).not.toBe('');
  });

  it.each(sections)('$title', async ({ files, calls }) => {
    const isModule = Object.keys(files).length > 0;
    const folder = temporaryFolder({
      ...files,
      ...(isModule ? { 'diabetes.onnx': model } : { [basename(servedModel)]: readFileSync(`${root}/${servedModel}`) }),
    });
    await serve(folder);
    for (const { curls, answer } of calls) {
      const texts: string[] = [];
      for (const line of curls) {
        const shown = await curl(host, line, folder);
        if (shown !== undefined) texts.push(shown);
      }
      if (answer.language === 'json') expect(JSON.parse(texts.join('\n'))).toEqual(JSON.parse(answer.text));
      else expect(texts.map((text) => text.trimEnd()).join('\n')).toBe(answer.text.trimEnd());
    }
  });
});

describe('the README', () => {
  it('shows an entry module and a call of it that give the answer it names', async () => {
    const page = readFileSync(`${root}/README.md`, 'utf8');
    const [module] = blocksOf(page).filter(({ language }) => language === 'ts');
    const [, body] = /^curl .* -d '(.*?)'$/ms.exec(page) ?? [];
    const [, answer] = /in a year: `(.*?)`/.exec(page) ?? [];
    await serve(temporaryFolder({ 'score.ts': module?.text ?? '', 'diabetes.onnx': model }));
    expect(await (await host.score(body ?? '')).text()).toBe(answer);
  });
});
