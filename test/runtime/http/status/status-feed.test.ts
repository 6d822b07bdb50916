import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostError } from '../../../../src/errors.js';
import type { ExchangeEnd } from '../../../../src/runtime/http/exchange.js';
import { StatusFeed, type StatusSources } from '../../../../src/runtime/http/status/status-feed.js';
import type { WorkerView } from '../../../../src/runtime/pool/worker-view.js';
import type { ReadyMessage } from '../../../../src/runtime/worker/messages.js';

const service = { kind: 'typed', loadMs: 12, batchCallsMax: 8 } as ReadyMessage;
const worker: WorkerView = { number: 1, pid: 77, state: 'idle', calls: 3, residentBytes: 100, hiredAtMs: 0 };

/** What the host is, as the feed sees it. */
let host: {
  ready: boolean;
  draining: boolean;
  service: ReadyMessage | undefined;
  queued: number;
  inFlight: number;
};
let feed: StatusFeed;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
  host = { ready: true, draining: false, service, queued: 0, inFlight: 0 };
  const sources: StatusSources = {
    version: 'scorehost/test',
    entryPath: '/app/score.ts',
    entryKind: 'module',
    hasDocs: true,
    readiness: () => ({ ready: host.ready, reason: 'as it is', workersReady: 1, workersWanted: 2 }),
    isDraining: () => host.draining,
    service: () => host.service,
    models: () => [{ name: 'm.onnx', executionProvider: 'cpu', loadMs: 5 }],
    workers: () => [worker],
    queuedCalls: () => host.queued,
    callsInFlight: () => host.inFlight,
    counts: undefined,
  };
  feed = new StatusFeed(sources, 1000);
});
afterEach(() => {
  feed.end();
  vi.useRealTimers();
});

interface Ended {
  readonly status: number;
  /** null: none. */
  readonly route?: string | null;
  readonly target?: string;
  readonly clientLeft?: boolean;
  readonly cut?: boolean;
  readonly error?: HostError;
  readonly ms?: number;
}

function end({ status, route = 'score', target = '/score', clientLeft = false, cut = false, error, ms = 1 }: Ended) {
  const exchange = { route: route ?? undefined, target, method: 'POST', ids: { requestId: 'r1' } };
  feed.onEnd({ exchange, status, clientLeft, cut, error, ms, bytes: 0 } as unknown as ExchangeEnd);
}

describe('the calls that the status page counts', () => {
  it.each<[Ended, string]>([
    [{ status: 200 }, 'ok'],
    [{ status: 304 }, 'ok'],
    [{ status: 400 }, 'refused'],
    [{ status: 429 }, 'overload'],
    [{ status: 500 }, 'failed'],
    [{ status: 503 }, 'failed'],
    [{ status: 200, clientLeft: true }, 'left'],
    [{ status: 200, cut: true }, 'failed'],
  ])('%o is %s', (ended, outcome) => {
    end(ended);
    const { calls } = feed.event(0).lastMinute;
    expect(Object.entries(calls).filter(([, count]) => count > 0)).toEqual([[outcome, 1]]);
  });

  it('are those of /score alone', () => {
    for (const route of ['health', 'ready', 'docs', 'metrics', 'status', 'statusEvents', undefined]) {
      feed.onEnd({ exchange: { route }, status: 200 } as unknown as ExchangeEnd);
    }
    expect(Object.values(feed.event(0).lastMinute.calls)).toEqual([0, 0, 0, 0, 0]);
  });

  it('tell how long calls take only where they were run', () => {
    for (const status of [400, 429, 503]) end({ status, ms: 0.1 });
    end({ status: 200, ms: 0.1, clientLeft: true });
    expect(feed.event(0).lastMinute.latency).toBeNull();
    end({ status: 200, ms: 50 });
    end({ status: 504, ms: 50 });
    expect(feed.event(0).lastMinute.latency?.p50).toBeCloseTo(50, -1);
  });
});

describe('the failed calls of the status page', () => {
  it('are told as the log tells them: no query, no values, nothing too long', () => {
    const details = [{ path: '/data/0', message: 'must be a number, but is "a secret"' }];
    const error = new HostError('INPUT_INVALID', 'The body has "a secret".', { details });
    end({ status: 400, error, target: `/score?key=secret` });
    vi.advanceTimersByTime(1);
    end({ status: 500, error: new HostError('RUN_FAILED', 'x'.repeat(10_000)), target: `/${'y'.repeat(10_000)}` });
    const [failed, refused] = feed.event(0).failedCalls;
    expect(refused).toEqual({
      at: expect.any(Number),
      requestId: 'r1',
      method: 'POST',
      path: '/score',
      status: 400,
      code: 'INPUT_INVALID',
      reason: '/data/0',
    });
    expect([failed?.path.length, failed?.reason?.length]).toEqual([200, 300]);
    expect(JSON.stringify(feed.event(0))).not.toContain('secret');
  });

  it('are not what ended well, nor clients that left', () => {
    end({ status: 200 });
    end({ status: 200, clientLeft: true });
    expect(feed.event(0).failedCalls).toEqual([]);
  });

  it('are failures of other routes, too, but no probes and no paths that are none', () => {
    end({ status: 503, route: 'ready', target: '/health/ready' });
    end({ status: 404, route: null, target: '/wp-admin' });
    end({ status: 401, route: 'statusEvents', target: '/status/events' });
    expect(feed.event(0).failedCalls).toEqual([]);
    end({ status: 500, route: 'docs', target: '/docs/' });
    expect(feed.event(0).failedCalls).toMatchObject([{ status: 500, path: '/docs/' }]);
  });

  it('say what there is to say where user code answered, or a stream broke', () => {
    end({ status: 418 });
    vi.advanceTimersByTime(1);
    end({ status: 200, cut: true });
    const [cut, teapot] = feed.event(0).failedCalls;
    expect(cut).toMatchObject({ status: 200, reason: expect.stringContaining('cut off') });
    expect(teapot).toMatchObject({ status: 418 });
    expect(teapot).not.toHaveProperty('code');
  });
});

describe('an event of the status page', () => {
  it('has the steps that ended, all of ten minutes at most, or those after one', () => {
    end({ status: 200 });
    vi.advanceTimersByTime(5000);
    end({ status: 500 });
    vi.advanceTimersByTime(5000);
    const { steps, lately, lastMinute, stepMs } = feed.event(0);
    expect(steps.map(({ number, calls: { ok, failed } }) => [number, ok, failed])).toEqual([
      [1, 1, 0],
      [2, 0, 1],
    ]);
    expect(stepMs).toBe(5000);
    expect([lately.ms, lately.calls.ok, lately.calls.failed]).toEqual([5000, 0, 1]);
    expect([lastMinute.ms, lastMinute.calls.ok]).toEqual([10_000, 1]);
    expect(feed.event(1).steps.map(({ number }) => number)).toEqual([2]);
    vi.advanceTimersByTime(3_600_000);
    const kept = feed.event(0);
    expect([kept.steps.length, kept.stepsMax, kept.lastMinute.calls.ok]).toEqual([120, 120, 0]);
    expect(kept.lastMinute.ms).toBe(55_000);
  });

  it('has the most that waited, as it was when batches left', () => {
    host.queued = 3;
    host.inFlight = 9;
    feed.onBatch(4);
    host.queued = 0;
    host.inFlight = 1;
    const { waiting, inFlight, lastMinute } = feed.event(0);
    expect([waiting, inFlight]).toEqual([0, 1]);
    expect(lastMinute).toMatchObject({ waitingMax: 7, inFlightMax: 9, batches: 1, batchCalls: 4 });
  });

  it.each([
    ['ready', {}],
    ['starting', { ready: false, service: undefined }],
    ['unready', { ready: false }],
    ['draining', { draining: true }],
  ])('says that the host is %s', (state, as) => {
    Object.assign(host, as);
    expect(feed.event(0)).toMatchObject({ state, reason: 'as it is', workersWanted: 2 });
  });

  it('says how many workers have died, and why the last one did', () => {
    expect(feed.event(0)).toMatchObject({ deaths: 0, lastDeath: null });
    feed.onDied('exit');
    feed.onDied('memory');
    expect(feed.event(0)).toMatchObject({ deaths: 2, lastDeath: { at: Date.now(), cause: 'memory' } });
  });

  it('says what is loaded, and when that changed', () => {
    expect(feed.event(0).service).toEqual({ kind: 'typed', loadMs: 12, batchCallsMax: 8, loads: 1 });
    expect(feed.event(0).service?.loads).toBe(1);
    host.service = { ...service };
    expect(feed.event(0).service?.loads).toBe(2);
    expect(feed.event(0).models).toEqual([{ name: 'm.onnx', executionProvider: 'cpu', loadMs: 5 }]);
    expect(feed.event(0).workers).toEqual([
      {
        number: 1,
        pid: 77,
        state: 'idle',
        calls: 3,
        residentBytes: 100,
        startedAt: Math.round(performance.timeOrigin),
      },
    ]);
  });
});
