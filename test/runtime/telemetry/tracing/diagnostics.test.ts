import { describe, expect, it } from 'vitest';
import { diagnostics } from '../../../../src/runtime/telemetry/tracing/diagnostics.js';

describe('diagnostics()', () => {
  it('tells once a minute what the packages complain of, and how often they did meanwhile', () => {
    const lines: string[] = [];
    let now = 1_000;
    const { error, warn, info } = diagnostics(
      (line) => lines.push(line),
      () => now,
    );
    error('first');
    warn('second');
    error('third');
    info();
    expect(lines).toEqual(['traces: first']);
    now += 60_000;
    warn('fourth');
    expect(lines.at(-1)).toBe('traces: fourth (and 2 such lines since the last one)');
    now += 60_000;
    warn('fifth');
    expect(lines.at(-1)).toBe('traces: fifth');
  });

  it('says what an error says, not how it is made', () => {
    const lines: string[] = [];
    const say = (...parts: [string, ...unknown[]]) => diagnostics((line) => lines.push(line)).error(...parts);
    say(JSON.stringify({ stack: 'Error: x\n at y', message: 'connect ECONNREFUSED', name: 'Error' }));
    say('Failed:', new TypeError('why'));
    say('{ no JSON');
    say('x'.repeat(2_000));
    expect(lines[0]).toBe('traces: connect ECONNREFUSED');
    expect(lines[1]).toMatch(/^traces: Failed: TypeError: why/);
    expect(lines[2]).toBe('traces: { no JSON');
    expect(lines[3]?.length).toBeLessThan(600);
  });
});
