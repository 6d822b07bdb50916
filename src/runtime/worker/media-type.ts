import type { CallHead } from './messages.js';

/** The media type of a body, in lower case and without its parameters; '' if the call does not say. */
export function contentType(head: CallHead): string {
  return (valuesOf(head, 'content-type')[0] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Whether a caller asks for a media type by its name; that anything would do is no wish for it. */
export function accepts(head: CallHead, mediaType: string): boolean {
  const ranges = valuesOf(head, 'accept').join().toLowerCase().split(',');
  return ranges.some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim());
    return type === mediaType && !parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter));
  });
}

/** From the list as it was sent: to make `Headers` of it takes the class, which a worker loads only where it is used. */
function valuesOf({ headers }: CallHead, name: string): string[] {
  return headers.filter((_, i) => i % 2 === 1 && headers[i - 1]?.toLowerCase() === name);
}
