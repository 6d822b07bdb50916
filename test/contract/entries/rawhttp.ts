import { rawHttp } from 'scorehost';

/** Raw HTTP: the query parameter `op` picks the behaviour. */
export function init() {}

const FORM_TYPE = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

const operations: Readonly<Record<string, (request: Request) => unknown>> = {
  echo: async (request) => {
    const { pathname, search, searchParams } = new URL(request.url);
    const contentType = request.headers.get('content-type');
    const contentLength = request.headers.get('content-length');
    const mimetype = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    return {
      method: request.method,
      path: pathname,
      full_path: `${pathname}?${search.slice(1)}`,
      query: search.slice(1),
      args: lists(searchParams),
      content_type: contentType,
      mimetype,
      content_length: contentLength === null ? null : Number(contentLength),
      data_len: (await request.arrayBuffer()).byteLength,
      is_json: /^application\/(?:json|.+\+json)$/.test(mimetype),
      x_custom: request.headers.get('x-custom'),
      cookies: cookies(request.headers.get('cookie') ?? ''),
      class: 'Generic', // a name out of Python's class hierarchy, for which there is no equal
    };
  },
  data: async (request) => octets(await request.arrayBuffer(), 'application/octet-stream'),
  form: async (request) => {
    if (!FORM_TYPE.test(request.headers.get('content-type') ?? '')) {
      return { form: {}, files: {}, data_len: (await request.arrayBuffer()).byteLength };
    }
    const entries = [...(await request.formData())];
    const fields = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const files = entries.filter((entry): entry is [string, File] => typeof entry[1] !== 'string');
    return { form: lists(fields), files: Object.fromEntries(await Promise.all(files.map(described))), data_len: 0 };
  },
  json: async (request) => ({ json: await request.json() }),
  bytes: () => octets(Uint8Array.from({ length: 256 }, (_, i) => i).buffer, 'image/png'),
  headers: () =>
    new Response('ok', {
      status: 207,
      headers: {
        'X-One': '1',
        'X-Multi': 'a, b,c',
        'Content-Type': 'text/plain; charset=latin-1',
        'Set-Cookie': 'k=v; Path=/',
      },
    }),
  comma_date: () => new Response('ok', { headers: { Expires: 'Wed, 21 Oct 2015 07:28:00 GMT' } }),
  server_headers: () =>
    new Response('ok', {
      headers: {
        'x-request-id': 'mine',
        'x-ms-request-id': 'mine2',
        'x-ms-server-version': 'mine3',
        'x-ms-run-fn-exec-ms': 'mine4',
        'x-ms-run-function-failed': 'Maybe',
      },
    }),
  header_nonstr: () => new Response('ok', { headers: { 'X-Num': 3 as unknown as string } }),
  header_newline: () => new Response('ok', { headers: { 'X-Bad': 'a\r\nX-Injected: 1' } }),
  none: () => new Response(null),
  none_headers: () => new Response(null, { headers: { 'content-type': 'text/weird', 'X-A': 'b' } }),
  dict_not_json: () => new Response({ a: 1 } as unknown as string),
  int_body: () => new Response(5 as unknown as string),
  status_str: () => new Response('x', { status: 418, statusText: 'Teapot' }),
  status_99: () => new Response('x', { status: 99 }),
  status_600: () => new Response('x', { status: 600 }),
  status_500: () => new Response('x', { status: 500 }),
  s304: () => new Response(null, { status: 304 }),
  stream: () => streamed(['part 0\n', 'part 1\n', 'part 2\n']),
  stream_break: () => streamed(['first\n', new Error('mid-stream')]),
  stream_ctx: (request) => streamed([request.method]),
  raise: () => {
    throw new Error('boom');
  },
  str: () => 'just text',
  echo_type: (request) => String(request instanceof Request),
};

export const run = rawHttp((request) => {
  const op = new URL(request.url).searchParams.get('op') ?? 'echo';
  return operations[op]?.(request) ?? 'unknown op';
});

function octets(bytes: ArrayBuffer, contentType: string): Response {
  return new Response(bytes, { headers: { 'Content-Type': contentType } });
}

/** A body that leaves part by part, and ends in an error where one is among the parts. */
function streamed(parts: readonly (string | Error)[]): Response {
  const left = [...parts];
  const body = new ReadableStream({
    pull(controller) {
      const part = left.shift();
      if (part === undefined) controller.close();
      else if (part instanceof Error) controller.error(part);
      else controller.enqueue(new TextEncoder().encode(part));
    },
  });
  return new Response(body);
}

function lists(entries: Iterable<[string, string]>): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [key, value] of entries) {
    values[key] ??= [];
    values[key].push(value);
  }
  return values;
}

async function described([name, file]: [string, File]): Promise<[string, string[]]> {
  return [name, [file.name, Buffer.from(await file.arrayBuffer()).toString('latin1')]];
}

function cookies(header: string): Record<string, string> {
  const pairs = header.split(';').filter((pair) => pair.includes('='));
  return Object.fromEntries(pairs.map((pair) => pair.trim().split(/=(.*)/s, 2)));
}
