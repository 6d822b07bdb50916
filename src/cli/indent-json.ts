/** Strings, brackets and commas, and all that stands between them. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}:,]|[^\s"[\]{}:,]+/gs;

/**
 * A JSON text as `JSON.stringify(value, null, 2)` writes it, with its numbers as they stand: an int64 would not survive
 * being read as a number.
 *
 * @param text - Valid JSON.
 */
export function indentJson(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  let last = '';
  const line = () => `\n${'  '.repeat(depth)}`;
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']';
    const isEmpty = closes && (last === '{' || last === '[');
    if (closes) depth--;
    if (!isEmpty && (closes || last === '{' || last === '[' || last === ',')) parts.push(line());
    if (token === '{' || token === '[') depth++;
    parts.push(token === ':' ? ': ' : token);
    last = token;
  }
  return parts.join('');
}
