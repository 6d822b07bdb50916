import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { docsPages } from '../scripts/docs-pages.js';
import { HostProcess } from './support/host-process.js';
import { temporaryFolder } from './support/temporary-folder.js';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('pages that are made from tables', () => {
  it.each(Object.entries(docsPages))('docs/%s is up to date: npm run docs', (name, page) => {
    expect(readFileSync(`${root}/docs/${name}`, 'utf8')).toBe(page());
  });
});

/** A fenced block of a page. */
interface Block {
  readonly language: string;
  readonly text: string;
}

const FENCE = /^```(\w+)\n(.*?)^```$/gms;

function blocksOf(section: string): Block[] {
  return [...section.matchAll(FENCE)].map(([, language = '', text = '']) => ({ language, text }));
}

/** Blocks that begin with a file's name are files; those of a shell call the host; the next one is what it answers. */
function exampleOf(blocks: readonly Block[]) {
  const files: Record<string, string> = { 'diabetes.onnx': '' };
  const calls: { readonly curls: readonly string[]; readonly answer: Block }[] = [];
  for (const [i, { language, text }] of blocks.entries()) {
    const [, name, content] = /^\/\/ (\S+)\n(.*)$/s.exec(text) ?? [];
    if (name !== undefined) files[name] = content as string;
    const curls = language === 'sh' ? text.split('\n').filter((line) => line.startsWith('curl ')) : [];
    if (curls.length > 0) calls.push({ curls, answer: blocks[i + 1] as Block });
  }
  return { files, calls };
}

/** What a line with curl would show. It knows the options that the page uses. */
async function curl(host: HostProcess, line: string): Promise<string> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded' });
  let [body, path, withHead] = ['', '', false];
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-H') headers.set(...((words[++i] as string).split(': ') as [string, string]));
    else if (word === '-d') body = words[++i] as string;
    else if (word === '-i') withHead = true;
    else if (word !== '-N') path = word.replace('http://127.0.0.1:5001', '');
  }
  const response = await host.fetch(path, { method: 'POST', headers, body });
  const text = (await response.text()).replace(/"requestId":"[\w-]{36}"/, '"requestId":"…"');
  if (!withHead) return text;
  const shown = ['content-type', 'x-method'].map((name) => `${name}: ${response.headers.get(name)}\n`);
  return `HTTP/1.1 ${response.status}\n${shown.join('')}\n${text}`;
}

describe('the examples of docs/entry-modules.md do what they say', () => {
  const model = readFileSync(`${root}/entry-scripts/diabetes/diabetes.onnx`);
  const page = readFileSync(`${root}/docs/entry-modules.md`, 'utf8');
  const sections = page
    .split(/^## /m)
    .map((section) => ({ title: section.split('\n')[0] as string, ...exampleOf(blocksOf(section)) }))
    .filter(({ calls }) => calls.length > 0);

  it('and none is left out', () => {
    expect(sections.length).toBeGreaterThan(8);
    expect(blocksOf(page).filter(({ text }) => text.startsWith('// score.'))).toHaveLength(sections.length);
  });

  it.concurrent.each(sections)('$title', async ({ files, calls }) => {
    const host = await HostProcess.start({ entry: temporaryFolder({ ...files, 'diabetes.onnx': model }) });
    try {
      for (const { curls, answer } of calls) {
        const texts: string[] = [];
        for (const line of curls) texts.push(await curl(host, line));
        if (answer.language === 'json') expect(JSON.parse(texts.join())).toEqual(JSON.parse(answer.text));
        else expect(texts.map((text) => text.trimEnd()).join('\n')).toBe(answer.text.trimEnd());
      }
    } finally {
      await host.stop();
    }
  });
});

describe('the README', () => {
  it('shows an entry module and a call of it that give the answer it names', async () => {
    const page = readFileSync(`${root}/README.md`, 'utf8');
    const [module] = blocksOf(page).filter(({ language }) => language === 'ts');
    const [, body] = /^curl .* -d '(.*?)'$/ms.exec(page) ?? [];
    const [, answer] = /in a year: `(.*?)`/.exec(page) ?? [];
    const model = readFileSync(`${root}/entry-scripts/diabetes/diabetes.onnx`);
    const host = await HostProcess.start({
      entry: temporaryFolder({ 'score.ts': module?.text ?? '', 'diabetes.onnx': model }),
    });
    try {
      expect(await (await host.score(body ?? '')).text()).toBe(answer);
    } finally {
      await host.stop();
    }
  });

  it('and every example folder answers its request with its response', async () => {
    const folder = `${root}/entry-scripts/diabetes`;
    const host = await HostProcess.start({ entry: folder });
    try {
      const reply = await host.score(readFileSync(`${folder}/request.json`, 'utf8'));
      expect(await reply.json()).toEqual(JSON.parse(readFileSync(`${folder}/response.json`, 'utf8')));
    } finally {
      await host.stop();
    }
  });
});
