import type { CallHead } from './messages.js';

/** The media type of a body, in lower case and without its parameters; '' if the call does not say. */
export function contentType(head: CallHead): string {
  return (valuesOf(head, 'content-type')[0] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/**
 * Whether a caller asks for a media type by its name, and not for JSON rather; that anything would do is no wish for it.
 *
 * @see RFC 9110, 12.5.1: Accept, and the weights of its types.
 */
export function accepts(head: CallHead, mediaType: string): boolean {
  const ranges = valuesOf(head, 'accept').join().toLowerCase().split(',');
  const weights = new Map(ranges.map(weightOf));
  const weight = weights.get(mediaType) ?? 0;
  return weight > 0 && weight >= (weights.get('application/json') ?? 0);
}

function weightOf(range: string): [type: string, weight: number] {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return [type, weight === undefined ? 1 : Number(weight.slice(2)) || 0];
}

/** From the list as it was sent: to make `Headers` of it takes the class, which a worker loads only where it is used. */
function valuesOf({ headers }: CallHead, name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const header = headers[i] as string;
    if (header.length === name.length && header.toLowerCase() === name) values.push(headers[i + 1] as string);
  }
  return values;
}
