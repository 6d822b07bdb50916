import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { HostProcess } from './host-process.js';

const FORM = 'application/x-www-form-urlencoded';
const HEADERS_SHOWN = ['content-type', 'x-method'];

/** What the options of a line with curl say. */
interface Call {
  path: string;
  readonly headers: Headers;
  body: string | Buffer | FormData;
  withHead: boolean;
  /** A file that takes the answer. */
  output?: string;
  /** What is written behind the answer. */
  writeOut: string;
}

/**
 * What a line with curl would show, with the host at http://127.0.0.1:5001. It knows the options that our pages use.
 *
 * @param folder - Where `@file` and `-o file` are.
 * @returns undefined where the answer goes to a file, and nothing is shown.
 */
export async function curl(host: HostProcess, line: string, folder = ''): Promise<string | undefined> {
  const call = parse(line, folder);
  const response = await host.fetch(call.path, { method: 'POST', headers: call.headers, body: call.body });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (call.output !== undefined) writeFileSync(call.output, bytes);
  const shown = call.output === undefined ? bytes.toString() : '';
  const text = shown.replace(/"requestId":"[\w-]{36}"/, '"requestId":"…"') + written(call.writeOut, response);
  if (text === '' && call.output !== undefined) return undefined;
  if (!call.withHead) return text;
  const head = HEADERS_SHOWN.map((name) => `${name}: ${response.headers.get(name)}\n`);
  return `HTTP/1.1 ${response.status}\n${head.join('')}\n${text}`;
}

function written(format: string, { status, headers }: Response): string {
  return format.replace('%{http_code}', String(status)).replace('%{content_type}', headers.get('content-type') ?? '');
}

function parse(line: string, folder: string): Call {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const call: Call = { path: '', headers: new Headers(), body: '', withHead: false, writeOut: '' };
  const file = (name: string) => join(folder, name);
  const options: Readonly<Record<string, (next: () => string) => void>> = {
    '-N': () => {},
    '-i': () => (call.withHead = true),
    '-o': (next) => (call.output = file(next())),
    '-w': (next) => (call.writeOut = next()),
    '-H': (next) => call.headers.set(...(next().split(': ') as [string, string])),
    '-d': (next) => (call.body = dataOf(next(), file)),
    '--data-binary': (next) => (call.body = dataOf(next(), file)),
    '-F': (next) => (call.body = formOf(next(), file)),
  };
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as string;
    const option = options[word];
    if (option) option(() => words[++i] as string);
    else if (word.startsWith('http://127.0.0.1:5001')) call.path = word.replace('http://127.0.0.1:5001', '');
    else throw new Error(`curl: ${word} is not known here`);
  }
  if (!(call.body instanceof FormData) && !call.headers.has('content-type')) call.headers.set('content-type', FORM);
  return call;
}

function dataOf(data: string, file: (name: string) => string): string | Buffer {
  return data.startsWith('@') ? readFileSync(file(data.slice(1))) : data;
}

/** `name=value` or `name=@file`. */
function formOf(field: string, file: (name: string) => string): FormData {
  const [name = '', value = ''] = field.split('=');
  const form = new FormData();
  if (!value.startsWith('@')) form.set(name, value);
  else form.set(name, new Blob([readFileSync(file(value.slice(1)))]), basename(value));
  return form;
}
