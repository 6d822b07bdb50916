import { describe, expect, it } from 'vitest';
import { checkedLine, checkedMetrics, checkedModels } from '../../../src/runtime/pool/told.js';
import { FrameError } from '../../../src/runtime/worker/frames.js';
import type { LogMessage } from '../../../src/runtime/worker/messages.js';

const counter = { name: 'rows_total', help: 'x', type: 'counter', labelNames: ['kind'] } as const;

/** A message as it comes: JSON of anybody who can write to the pair. */
const metrics = (defined: unknown, updates: unknown = []) =>
  ({ defined, updates }) as Parameters<typeof checkedMetrics>[0];

describe('what a worker tells', () => {
  it('is taken as it is where it is right', () => {
    const models = [{ name: 'm', executionProvider: 'cpu', insteadOf: 'cuda', loadMs: 1 }];
    expect(checkedModels(models)).toBe(models);
    const told = metrics(
      [counter],
      [
        [0, ['a'], 1],
        [0, [], { counts: [1, 0], sum: 2.5 }],
      ],
    );
    expect(checkedMetrics(told)).toEqual(told);
    const line: LogMessage = { level: 'info', message: 'x' };
    expect(checkedLine(line)).toBe(line);
  });

  it.each([
    ['that are none', 5],
    ['that are no object', [null]],
    ['without a name', [{ executionProvider: 'cpu', loadMs: 1 }]],
    ['whose time is no number', [{ name: 'm', executionProvider: 'cpu', loadMs: null }]],
  ])('is refused as models %s', (_, models) => {
    expect(() => checkedModels(models)).toThrow(FrameError);
  });

  it.each([
    ['that are none', null],
    ['that are no list', metrics(5)],
    ['whose definition is none', metrics([null])],
    ["that have a name of the host's", metrics([{ ...counter, name: 'scorehost_ready' }])],
    ['of a type that is none', metrics([{ ...counter, type: 'summary' }])],
    ["that have a label of Prometheus's own", metrics([{ ...counter, labelNames: ['__name__'] }])],
    ['that are a histogram without buckets', metrics([{ ...counter, type: 'histogram' }])],
    ['whose count is no number', metrics([], [[0, [], null]])],
    ['whose sum is no number', metrics([], [[0, [], { counts: [1], sum: null }]])],
    ['whose label is too long', metrics([], [[0, ['x'.repeat(129)], 1]])],
  ])('is refused as metrics %s', (_, message) => {
    expect(() => checkedMetrics(message)).toThrow(FrameError);
  });

  it.each([
    ['that is none', null],
    ['of no level', { level: 'setBindings', message: 'x' }],
    ['without a text', { level: 'info' }],
  ])('is refused as a line of the log %s', (_, line) => {
    expect(() => checkedLine(line as LogMessage)).toThrow(FrameError);
  });
});
