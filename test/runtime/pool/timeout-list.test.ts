import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimeoutList } from '../../../src/runtime/pool/timeout-list.js';

describe('TimeoutList', () => {
  let expired: string[];
  let list: TimeoutList<string>;
  beforeEach(() => {
    vi.useFakeTimers();
    expired = [];
    list = new TimeoutList(100, (item) => expired.push(item));
  });
  afterEach(() => vi.useRealTimers());

  it('expires an item when its time has come, not before', () => {
    list.add('a');
    vi.advanceTimersByTime(99);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(['a']);
  });

  it('expires several in the order in which they came, each at its own time', () => {
    list.add('a');
    list.add('b');
    vi.advanceTimersByTime(30);
    list.add('c');
    vi.advanceTimersByTime(70);
    expect(expired).toEqual(['a', 'b']);
    vi.advanceTimersByTime(29);
    expect(expired).toEqual(['a', 'b']);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['the first', 0, ['b', 'c']],
    ['one in the middle', 1, ['a', 'c']],
    ['the last', 2, ['a', 'b']],
  ])('never expires what was taken out: %s', (_, index, left) => {
    const entries = ['a', 'b', 'c'].map((item) => list.add(item));
    list.remove(entries[index]!);
    list.remove(entries[index]!);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(left);
  });

  it('lets an item be taken out after it expired', () => {
    const a = list.add('a');
    vi.advanceTimersByTime(100);
    list.add('b');
    list.remove(a);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(['a', 'b']);
  });

  it('lets items be added and taken out while others expire', () => {
    list = new TimeoutList(100, (item) => {
      expired.push(item);
      if (item !== 'a') return;
      list.remove(b);
      list.add('d');
    });
    list.add('a');
    const b = list.add('b');
    list.add('c');
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(['a', 'c']);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(['a', 'c', 'd']);
  });

  it('holds one timer for all items, and none when all have gone', () => {
    for (const item of ['a', 'b', 'c']) list.add(item);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(100);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('expires nothing where the limit is 0', () => {
    list = new TimeoutList(0, (item) => expired.push(item));
    list.remove(list.add('a'));
    list.add('b');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('forgets all items when it is cleared, and can be used on', () => {
    const a = list.add('a');
    list.add('b');
    list.clear();
    expect(vi.getTimerCount()).toBe(0);
    list.add('c');
    list.remove(a);
    vi.advanceTimersByTime(200);
    expect(expired).toEqual(['c']);
  });
});
