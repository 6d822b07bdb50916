import { describe, expect, it } from 'vitest';
import { Secrets } from '../../../src/runtime/telemetry/secrets.js';

describe('Secrets', () => {
  it('takes every one of them out of a text, wherever it stands', () => {
    const secrets = new Secrets();
    secrets.set('keys', ['first-key', 'second-key']);
    expect(secrets.redact('a first-key, second-keyfirst-key')).toBe('a [redacted], [redacted][redacted]');
  });

  it('knows them in a line of JSON', () => {
    const secrets = new Secrets();
    secrets.set('keys', ['quo"ted\\key']);
    expect(secrets.redact(JSON.stringify({ message: 'it is quo"ted\\key' }))).toBe('{"message":"it is [redacted]"}');
  });

  it('takes the longer of two that begin alike', () => {
    const secrets = new Secrets();
    secrets.set('keys', ['abcd', 'abcdefgh']);
    expect(secrets.redact('abcdefgh')).toBe('[redacted]');
  });

  it('reads no pattern into them', () => {
    const secrets = new Secrets();
    secrets.set('keys', ['a.c+[x]$']);
    expect(secrets.redact('abc a.c+[x]$')).toBe('abc [redacted]');
  });

  it('follows an owner that changes its own, and leaves those of others', () => {
    const secrets = new Secrets();
    secrets.set('keys', ['old-key']);
    secrets.set('telemetry', ['connection-string']);
    secrets.set('keys', ['new-key']);
    expect(secrets.redact('old-key new-key connection-string')).toBe('old-key [redacted] [redacted]');
    secrets.set('keys', []);
    secrets.set('telemetry', []);
    expect(secrets.redact('new-key connection-string')).toBe('new-key connection-string');
  });

  it('leaves lines readable where somebody has an empty secret, or one of a letter', () => {
    const secrets = new Secrets();
    secrets.set('keys', ['', 'a']);
    expect(secrets.redact('a line')).toBe('a line');
  });
});
