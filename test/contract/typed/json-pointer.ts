/** The tokens of a JSON pointer (RFC 6901). */
export function tokensOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What stands at a pointer; undefined where there is nothing. */
export function valueAt(value: unknown, tokens: readonly string[]): unknown {
  let inner = value;
  for (const token of tokens) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, token)) return undefined;
    inner = (inner as Record<string, unknown>)[token];
  }
  return inner;
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
