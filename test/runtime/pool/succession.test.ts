import { beforeEach, describe, expect, it } from 'vitest';
import type { Seat } from '../../../src/runtime/pool/seat.js';
import { Succession } from '../../../src/runtime/pool/succession.js';

/** What happened, in words. */
let events: string[];
let names: Map<Seat, string>;

function seat(name: string): Seat {
  const stop = () => events.push(`${name} stops`);
  const made = { worker: { stop }, batches: [], streams: new Map(), retiring: false } as unknown as Seat;
  names.set(made, name);
  return made;
}

let hired: Seat[];
function succession(inPlace = false): Succession {
  return new Succession(inPlace, {
    hire: () => {
      hired.push(seat(`new ${hired.length + 1}`));
      events.push(`${names.get(hired.at(-1) as Seat)} starts`);
      return hired.at(-1) as Seat;
    },
    onReplaced: (old, cause, done) => events.push(`${names.get(old)} ${done ? 'replaced' : 'stays'}: ${cause}`),
  });
}

beforeEach(() => {
  events = [];
  names = new Map();
  hired = [];
});
const take = () => events.splice(0);

describe('a reload', () => {
  it('replaces workers one at a time, each when its successor is ready', () => {
    const [a, b] = [seat('a'), seat('b')];
    const line = succession();
    line.reload([a, b]);
    expect(take()).toEqual(['new 1 starts']);
    line.onReady(hired[0] as Seat);
    expect(take()).toEqual(['a stops', 'a replaced: reload', 'new 2 starts']);
    expect([line.onLost(a), b.retiring]).toEqual([false, false]);
    line.onReady(hired[1] as Seat);
    expect(take()).toEqual(['b stops', 'b replaced: reload']);
    expect(line.onLost(b)).toBe(false);
  });

  it('lets a worker that has calls answer them before it goes', () => {
    const a = seat('a');
    a.batches.push({} as never);
    const line = succession();
    line.reload([a]);
    line.onReady(hired[0] as Seat);
    expect([take(), a.retiring]).toEqual([['new 1 starts', 'a replaced: reload'], true]);
  });

  it('whose successor does not start leaves all as they are', () => {
    const [a, b] = [seat('a'), seat('b')];
    const line = succession();
    line.reload([a, b]);
    expect(line.onLost(hired[0] as Seat)).toBe(false);
    expect(take()).toEqual(['new 1 starts', 'a stays: reload']);
    expect([a.retiring, b.retiring]).toEqual([false, false]);
  });

  it('that follows one that fails is carried out all the same', () => {
    const a = seat('a');
    const line = succession();
    line.reload([a]);
    line.reload([a, hired[0] as Seat]);
    line.onLost(hired[0] as Seat);
    expect(take()).toEqual(['new 1 starts', 'a stays: reload', 'new 2 starts']);
    line.onReady(hired[1] as Seat);
    expect(take()).toEqual(['a stops', 'a replaced: reload']);
  });

  it('replaces a successor, too, that was started before it', () => {
    const a = seat('a');
    const line = succession();
    line.reload([a]);
    line.reload([a, hired[0] as Seat]);
    line.onReady(hired[0] as Seat);
    expect(take()).toEqual(['new 1 starts', 'a stops', 'a replaced: reload', 'new 2 starts']);
    line.onReady(hired[1] as Seat);
    expect(take()).toEqual(['new 1 stops', 'new 1 replaced: reload']);
  });
});

describe('a worker that dies while its successor starts', () => {
  it('has its place taken by it', () => {
    const a = seat('a');
    const line = succession();
    line.reload([a]);
    expect(line.onLost(a)).toBe(false);
    line.onReady(hired[0] as Seat);
    expect(take()).toEqual(['new 1 starts', 'a replaced: reload']);
  });

  it('is replaced as any other if that does not start', () => {
    const a = seat('a');
    const line = succession();
    line.reload([a]);
    line.onLost(a);
    expect(line.onLost(hired[0] as Seat)).toBe(true);
  });
});

describe('in place', () => {
  it('the old worker goes first, and the next one when its successor is ready', () => {
    const [a, b] = [seat('a'), seat('b')];
    const line = succession(true);
    line.reload([a, b]);
    expect(take()).toEqual(['a stops']);
    expect(line.onLost(a)).toBe(false);
    expect(take()).toEqual(['new 1 starts']);
    line.onReady(hired[0] as Seat);
    expect(take()).toEqual(['a replaced: reload', 'b stops']);
  });

  it('a successor that does not start is replaced as any other', () => {
    const a = seat('a');
    const line = succession(true);
    line.reload([a]);
    line.onLost(a);
    expect(line.onLost(hired[0] as Seat)).toBe(true);
    expect(take()).toEqual(['a stops', 'new 1 starts', 'a stays: reload']);
  });
});

describe('recycling', () => {
  it('asks once for each worker, and not again soon for one whose successor did not start', () => {
    const a = seat('a');
    const line = succession();
    for (let i = 0; i < 3; i++) line.recycle(a, 'calls');
    expect(take()).toEqual(['new 1 starts']);
    line.onLost(hired[0] as Seat);
    expect(take()).toEqual(['a stays: calls']);
    line.recycle(a, 'memory');
    expect(take()).toEqual([]);
    line.reload([a]);
    expect(take()).toEqual(['new 2 starts']);
  });

  it('of a worker that nobody replaces: one that dies is replaced as ever', () => {
    expect(succession().onLost(seat('a'))).toBe(true);
  });
});
