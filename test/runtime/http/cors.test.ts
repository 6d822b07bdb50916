import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { corsHeaders } from '../../../src/runtime/http/cors.js';

function originFor(origins: readonly string[], headers: Record<string, string> = {}): string | undefined {
  const list = corsHeaders({ method: 'POST', headers } as unknown as IncomingMessage, origins);
  return list[list.indexOf('Access-Control-Allow-Origin') + 1];
}

describe('corsHeaders() without an Origin', () => {
  it('names the first origin of the list', () => {
    expect(originFor(['https://a.example', 'https://b.example'])).toBe('https://a.example');
    expect(originFor(['https://a.example', '*'])).toBe('*');
  });

  it('never names an entry that is a pattern, as the reference takes them', () => {
    expect(originFor(['https://.*\\.example', 'https://a.example'])).toBe('https://a.example');
    expect(corsHeaders({ method: 'POST', headers: {} } as IncomingMessage, ['https://.*\\.example'])).toEqual([]);
  });
});
