/** The script of /docs/: it fetches the document of the service, asks for a key where one is needed, and shows it. */

import { type ApiDocument, asServedAt } from './served-document.js';

/** What the page uses of swagger-ui: https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
declare const SwaggerUIBundle: {
  (options: {
    readonly spec: object;
    readonly domNode: Element;
    readonly presets: readonly unknown[];
    readonly layout: string;
    readonly validatorUrl: null;
    readonly defaultModelsExpandDepth: number;
    readonly displayRequestDuration: boolean;
    readonly requestInterceptor: (request: UiRequest) => UiRequest;
    readonly responseInterceptor: (response: { readonly status: number }) => unknown;
  }): unknown;
  readonly presets: { readonly apis: unknown };
};

interface UiRequest {
  readonly headers: Record<string, string>;
  readonly url: string;
}

const RETRY_MS = 1000;
/** The folder that the host is served at, whatever a proxy put in front of its paths. */
const served = new URL('../', location.href);
const documentUrl = new URL('swagger.json?version=3.1', served);

const status = element('status', HTMLElement);
const form = element('key-form', HTMLFormElement);
const field = element('key', HTMLInputElement);
const label = form.querySelector('label') as HTMLLabelElement;
/** In memory alone: it is gone with the page. */
let key = '';
let shown = false;

form.addEventListener('submit', (event) => {
  event.preventDefault();
  key = field.value.trim();
  field.value = '';
  form.hidden = true;
  if (!shown) void load();
});
void load();

async function load(): Promise<void> {
  const reply = await fetch(documentUrl, { headers: authorization(), cache: 'no-store' }).catch(() => undefined);
  if (reply === undefined) return again('The service does not answer. This page goes on trying.');
  if (reply.status === 401 || reply.status === 403) return askForKey();
  const text = await reply.text();
  if (reply.status === 503) return again(`The service is starting. This page goes on trying.\n${messageOf(text)}`);
  if (!reply.ok) return fail(`The document of the service cannot be shown: ${reply.status} ${messageOf(text)}`);
  try {
    show(JSON.parse(text) as ApiDocument);
  } catch (error) {
    fail(`The document of the service cannot be shown: ${error}`);
  }
}

function show(document: ApiDocument): void {
  shown = true;
  status.hidden = true;
  if (document.info?.title) window.document.title = document.info.title;
  SwaggerUIBundle({
    spec: asServedAt(document, served),
    domNode: element('swagger-ui', HTMLElement),
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout', // without the bar for other documents
    validatorUrl: null,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    requestInterceptor: (request) => {
      // The key is for the service: nobody else gets it, and what was given to Authorize comes first.
      if (new URL(request.url, location.href).origin === served.origin && !request.headers.Authorization) {
        Object.assign(request.headers, authorization());
      }
      return request;
    },
    responseInterceptor: (response) => {
      if (response.status === 401) askForKey();
      return response;
    },
  });
}

function askForKey(): void {
  label.textContent = key === '' ? 'This service asks for a key.' : 'The key was refused. Try another one.';
  key = '';
  form.hidden = false;
  status.hidden = true;
  field.focus();
}

function again(text: string): void {
  say(text);
  setTimeout(() => void load(), RETRY_MS);
}

function fail(text: string): void {
  say(text);
  status.classList.add('failed');
}

function say(text: string): void {
  status.hidden = false;
  status.textContent = text;
}

function authorization(): Record<string, string> {
  return key === '' ? {} : { Authorization: `Bearer ${key}` };
}

/** Of an error of the host; of a proxy's, nothing that can be read. */
function messageOf(body: string): string {
  try {
    return String((JSON.parse(body) as { message?: unknown }).message ?? '');
  } catch {
    return '';
  }
}

function element<T extends Element>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`);
  return found;
}
