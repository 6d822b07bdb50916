import { element, html, setText } from './dom.js';
import { inputsOf, outputOf, type ServiceDocument } from './schema-summary.js';

const schema = element('schema', HTMLElement);

/** Asks for the document of the service, and shows its name, inputs and output. What it does not say is left out. */
export async function showService(served: URL, key: string): Promise<void> {
  const headers: Record<string, string> = key === '' ? {} : { Authorization: `Bearer ${key}` };
  const reply = await fetch(new URL('swagger.json?version=3.1', served), { headers, cache: 'no-store' });
  if (!reply.ok) return;
  const document = (await reply.json()) as ServiceDocument;
  const title = document.info?.title;
  if (typeof title === 'string' && title !== '') setText(element('title', HTMLElement), title);
  const lines = inputsOf(document).map(({ name, type }) => [name, type] as const);
  const output = outputOf(document);
  schema.replaceChildren(
    ...lines.flatMap(([name, type]) => line(`input ${name}`, type)),
    ...(output === undefined ? [] : line('answer', output)),
  );
}

function line(name: string, type: string): Node[] {
  return [html('dt', {}, name), html('dd', { class: 'code' }, type)];
}
