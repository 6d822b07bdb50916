import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/runtime/pool/batch.js';
import type { Call } from '../../../src/runtime/pool/call.js';
import { fillPhaseBounds, newPhaseBounds, PHASES, phasesOf } from '../../../src/runtime/pool/phases.js';
import { ownMs } from '../../../src/runtime/shared-clock.js';
import type { BatchTimes } from '../../../src/runtime/worker/frames.js';
import { waitingCall } from './calls.js';

/** What a millisecond of this process is on the clock of all. */
const shared = (ms: number) => ms - ownMs(0);
const times = (begun: number, decoded: number, stacked: number, ran: number, encoded: number): BatchTimes => ({
  begunAtMs: shared(begun),
  decodedAtMs: shared(decoded),
  stackedAtMs: shared(stacked),
  ranAtMs: shared(ran),
  encodedAtMs: shared(encoded),
});

/** Milliseconds of each phase of a call that came at 100. */
function phases(call: Partial<Call>, endMs: number): Record<string, number> {
  const bounds = newPhaseBounds();
  fillPhaseBounds(bounds, waitingCall(call), 100, endMs);
  expect([...bounds]).toEqual([...bounds].sort((a, b) => a - b));
  expect([bounds[0], bounds.at(-1)]).toEqual([100, endMs]);
  const entries = PHASES.map(
    (name, i) => [name, Math.round((bounds[i + 1] as number) - (bounds[i] as number))] as const,
  );
  return Object.fromEntries(entries.filter(([, ms]) => ms > 0));
}

const batch = (more: Partial<Batch>) => ({ sentAtMs: 115, times: undefined, ...more }) as Batch;

describe('the phases of a call', () => {
  it('follow each other from its headers to its last byte', () => {
    const call = { queuedAtMs: 110, decidedAtMs: 180, batch: batch({ times: times(118, 122, 127, 160, 170) }) };
    expect(phases(call, 181)).toEqual({
      receive: 10,
      queue: 5,
      transfer: 3,
      decode: 4,
      batch: 5,
      run: 33,
      encode: 10,
      return: 10,
      send: 1,
    });
  });

  it('are told without those that took no time', () => {
    const call = { queuedAtMs: 110, decidedAtMs: 180, batch: batch({ times: times(116, 120, 120, 170, 170) }) };
    const told = phasesOf(waitingCall(call), 110, 190).map(({ name }) => name);
    expect(told).toEqual(['queue', 'transfer', 'decode', 'run', 'return', 'send']);
  });

  it.each([
    ['whose client left while it sent its body', {}, { receive: 50 }],
    ['that was refused because of its body', { decidedAtMs: 130 }, { receive: 30, send: 20 }],
    ['that was given up in the queue', { queuedAtMs: 110, decidedAtMs: 140 }, { receive: 10, queue: 30, send: 10 }],
    [
      'that was given up while it ran',
      { queuedAtMs: 110, decidedAtMs: 140, batch: batch({}) },
      { receive: 10, queue: 5, run: 25, send: 10 },
    ],
    [
      'whose worker answered later than that',
      { queuedAtMs: 110, decidedAtMs: 140, batch: batch({ times: times(120, 125, 125, 145, 146) }) },
      { receive: 10, queue: 5, transfer: 5, decode: 5, run: 15, send: 10 },
    ],
  ])('of one %s', (_, call, expected) => expect(phases(call, 150)).toEqual(expected));
});
