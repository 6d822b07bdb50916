import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { HostError } from '../../../src/errors.js';
import type { LogConfig } from '../../../src/runtime/config/settings.js';
import { AccessLog } from '../../../src/runtime/http/access-log.js';
import type { ExchangeEnd } from '../../../src/runtime/http/exchange.js';

/** What is logged of requests with these ends, all within a second. */
function logged(config: Partial<LogConfig>, ends: readonly Partial<ExchangeEnd & { path: string }>[]) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const access = new AccessLog(log, { level: 'info', format: 'json', access: 'on', accessPerSecondMax: 0, ...config });
  for (const { path = '/score', ...end } of ends) {
    const ids = { requestId: 'r-1', traceparent: undefined };
    const exchange = { ids, method: 'POST', target: `${path}?secret=1`, startedAtMs: 1_000, answered: true };
    access.onEnd({
      exchange,
      status: 200,
      ms: 2,
      bytes: 3,
      clientLeft: false,
      cut: false,
      ...end,
    } as unknown as ExchangeEnd);
  }
  return lines.map(({ msg }) => String(msg).replace(/ 2\.000ms.*/, ''));
}

const ends = [
  { status: 200 },
  { status: 404, path: '/nowhere', error: new HostError('ROUTE_UNKNOWN', 'No such path.') },
  { status: 500 },
  { status: 503 },
  { status: 200, cut: true },
];

describe('the access log', () => {
  it('has a line for each request, without its query, and none for probes', () => {
    expect(logged({}, [...ends, { path: '/' }, { path: '/health/ready' }])).toEqual([
      'POST /score 200',
      'POST /nowhere 404',
      'POST /score 500',
      'POST /score 503',
      'POST /score 200',
    ]);
  });

  it('has those of errors alone, or none, where it is told so', () => {
    expect(logged({ access: 'errors' }, ends)).toHaveLength(4);
    expect(logged({ access: 'errors' }, [{ status: 200 }])).toEqual([]);
    expect(logged({ access: 'off' }, ends)).toEqual([]);
  });

  it('has so many lines a second, and each failure besides', () => {
    const many = Array.from({ length: 50 }, () => ({ status: 200 }));
    const lines = logged({ accessPerSecondMax: 10 }, [...many, { status: 500 }, { status: 503 }, { cut: true }]);
    expect(lines).toEqual([...many.slice(0, 10).map(() => 'POST /score 200'), 'POST /score 500', 'POST /score 200']);
  });

  it('has of a path what a person reads', () => {
    expect(logged({}, [{ path: `/${'x'.repeat(5_000)}` }])).toEqual([`POST /${'x'.repeat(1_023)} 200`]);
  });

  it('has what was no request within the same budget, and none where it is off', () => {
    const error = new HostError('REQUEST_MALFORMED', 'It is none.');
    const linesOf = (config: Partial<LogConfig>) => {
      const lines: string[] = [];
      const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
      const access = new AccessLog(log, {
        level: 'info',
        format: 'json',
        access: 'on',
        accessPerSecondMax: 3,
        ...config,
      });
      for (let i = 0; i < 10; i++) access.onRefused(error, 'r-1');
      return lines;
    };
    expect(linesOf({})).toEqual(new Array(3).fill('refused 400 It is none.'));
    expect(linesOf({ access: 'off' })).toEqual([]);
  });
});
