import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { curl } from '../support/curl.js';
import { compareFloatsLoosely, entryScripts, readJson, requestsOf, responseOf } from '../support/entry-scripts.js';
import { HostProcess } from '../support/host-process.js';
import { blocksOf, callsOf } from '../support/markdown.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
it.each(['README.md', 'docs/entry-modules.md'])('%s has a link to each example', (page) => {
  const links = readFileSync(join(root, page), 'utf8').matchAll(/\]\((?:\.\.\/)?entry-scripts\/([\w-]+)\/\)/g);
  expect(new Set([...links].map(([, name]) => name))).toEqual(new Set(entryScripts));
});

compareFloatsLoosely();

/** What images come out as that are none, or come in other ways. */
function uploads(host: () => HostProcess): void {
  const png = readFileSync(join(root, 'entry-scripts/image-upload/request.png'));
  const withoutWidth = Buffer.from(png).fill(0, 16, 20);
  // SOI, a segment of 4 bytes, SOF2: 8 bits, 300 high, 200 wide.
  const jpeg = Buffer.from('ffd8' + 'ffe000040000' + 'ffc2000b08012c00c8010000', 'hex');
  const formOf = (field: string, value: string | Blob) => {
    const form = new FormData();
    form.set(field, value);
    return form;
  };
  const boundary = { 'content-type': 'multipart/form-data; boundary=b' };

  it.each<[string, string | Buffer | FormData, Record<string, string>, number, object]>([
    ['the size of a JPEG', jpeg, {}, 200, { format: 'jpeg', width: 200, height: 300, bytes: jpeg.length }],
    ['a JPEG in a form', formOf('image', new Blob([jpeg])), {}, 200, { format: 'jpeg' }],
    ['a form without the file', formOf('other', new Blob([png])), {}, 400, { message: /no file named 'image'/ }],
    ['a form with a text of that name', formOf('image', 'cat.png'), {}, 400, { message: /no file named 'image'/ }],
    ['a form that breaks off', '--b\r\nContent-Disp', boundary, 400, { message: /no file named 'image'/ }],
    ['something else', 'GIF89a', {}, 415, { message: /neither a PNG nor a JPEG/ }],
    ['nothing', '', {}, 400, { message: /there is no image: POST one/ }],
    ['a PNG that breaks off', png.subarray(0, 20), {}, 400, { message: /broken/ }],
    ['a PNG without a width', withoutWidth, {}, 400, { message: /broken/ }],
    ['a JPEG that breaks off', jpeg.subarray(0, 12), {}, 400, { message: /broken/ }],
  ])('answers to %s', async (_, body, headers, status, answer) => {
    const response = await host().fetch('/score', { method: 'POST', body, headers });
    const { message } = answer as { message?: RegExp };
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(message ? { message: expect.stringMatching(message) } : answer);
  });
}

/** What an example shows beyond its requests. */
const further: Readonly<Record<string, (host: () => HostProcess) => void>> = { 'image-upload': uploads };

describe.each(entryScripts)('entry-scripts/%s', (name) => {
  // A copy, outside of the repository: an example needs nothing but the host, and its commands may write.
  const workplace = temporaryFolder();
  const folder = join(workplace, 'entry-scripts', name);
  cpSync(join(root, 'entry-scripts', name), folder, { recursive: true });
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const readme = read('README.md');
  const blocks = blocksOf(readme);
  const requests = requestsOf(name);
  let host: HostProcess;
  beforeAll(async () => {
    host = await HostProcess.start({ entry: folder, env: { SCOREHOST_STRICT_OUTPUT: 'true' } });
  });
  afterAll(() => host?.stop());

  async function score(body: string | Buffer, contentType: string) {
    const response = await host.fetch('/score', { method: 'POST', body, headers: { 'content-type': contentType } });
    return { status: response.status, answer: readJson(await response.text()) };
  }

  further[name]?.(() => host);

  it('has a request', () => expect(requests).not.toEqual([]));

  it.each(requests)('answers $file with response.json', async ({ body, contentType }) => {
    expect(await score(body, contentType)).toEqual({ status: 200, answer: responseOf(name) });
  });

  it.runIf(existsSync(join(folder, 'request.json')))('takes the example of its own document', async () => {
    const { definitions } = (await (await host.fetch('/swagger.json?version=2')).json()) as {
      definitions: { ServiceInput: { example: unknown } };
    };
    const { example } = definitions.ServiceInput;
    expect(Object.keys(example as object)).not.toEqual([]);
    expect(await score(JSON.stringify(example), 'application/json')).toMatchObject({ status: 200 });
  });

  it('is served by the command of its README', () => {
    expect(readme).toContain(`\nnpx scorehost serve entry-scripts/${name}\n`);
  });

  const calls = callsOf(blocks).flatMap(({ curls, answer }) => curls.map((line) => ({ line, answer })));
  it.each(calls)('README: $line', async ({ line, answer: { language, text } }) => {
    const shown = (await curl(host, line, workplace)) as string;
    if (language === 'json') expect(readJson(shown)).toEqual(readJson(text));
    else expect(shown).toBe(text.trimEnd());
  });

  const scripts = blocks.filter(({ language, text }) => language === 'sh' && text.startsWith('node '));
  it.each(scripts)('README: a script makes the files that are there', ({ text }) => {
    const contents = () => readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'base64')]);
    const before = contents();
    execFileSync('sh', ['-ec', text], {
      cwd: workplace,
      env: { ...process.env, NODE_PATH: join(root, 'node_modules') },
    });
    expect(contents()).toEqual(before);
  });

  it('shows nothing in its README that is not run here', () => {
    const commands = blocks.filter(({ language }) => language !== 'json' && language !== 'text');
    const lines = commands
      .filter((block) => !scripts.includes(block))
      .flatMap(({ text }) => text.replaceAll('\\\n', '').trimEnd().split('\n'));
    expect(lines.filter((line) => !/^(curl |npx scorehost serve |$)/.test(line))).toEqual([]);
  });
});
