import { beforeEach, describe, expect, it } from 'vitest';
import { BucketCounts } from '../../../src/runtime/telemetry/bucket-counts.js';
import { PhaseMeans } from '../../../src/runtime/telemetry/phase-means.js';

let queue: BucketCounts;
let run: BucketCounts;
let phases: PhaseMeans;
beforeEach(() => {
  [queue, run] = [new BucketCounts([1]), new BucketCounts([1])];
  call(100, 100); // before anybody looked
  phases = new PhaseMeans(['queue', 'run'], [queue, run], 2);
});

function call(queueSeconds: number, runSeconds: number): void {
  queue.observe(queueSeconds);
  run.observe(runSeconds);
}

describe('PhaseMeans', () => {
  it('has the means of the calls since it looked first', () => {
    call(0.001, 0.004);
    call(0.003, 0.008);
    expect(phases.means()).toEqual([
      { name: 'queue', ms: 2 },
      { name: 'run', ms: 6 },
    ]);
  });

  it('forgets calls of earlier steps', () => {
    call(50, 50);
    phases.endStep();
    call(0.002, 0.002);
    phases.endStep();
    call(0.004, 0.004);
    expect(phases.means().map(({ ms }) => ms)).toEqual([3, 3]);
    phases.endStep();
    expect(phases.means().map(({ ms }) => ms)).toEqual([4, 4]);
    phases.endStep();
    expect(phases.means()).toEqual([]);
  });
});
