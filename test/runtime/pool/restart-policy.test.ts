import { describe, expect, it } from 'vitest';
import { RestartPolicy } from '../../../src/runtime/pool/restart-policy.js';

const underACall = { wasReady: true, wasRunning: true };
const idle = { wasReady: true, wasRunning: false };
const beforeReady = { wasReady: false, wasRunning: false };

describe('RestartPolicy', () => {
  it('replaces a worker that died under a call at once, however often', () => {
    const policy = new RestartPolicy();
    for (let i = 0; i < 1000; i++) expect(policy.afterDeath(underACall)).toBe(0);
  });

  it.each([
    ['while idle', idle],
    ['before they were ready', beforeReady],
  ])('brings those back ever more slowly that die %s, and then gives up', (_, death) => {
    const policy = new RestartPolicy();
    const waits = Array.from({ length: 5 }, () => policy.afterDeath(death));
    expect(waits).toEqual([0, 200, 400, 800, undefined]);
  });

  it('begins anew once a call was answered', () => {
    const policy = new RestartPolicy();
    for (let i = 0; i < 4; i++) policy.afterDeath(idle);
    policy.succeeded();
    expect(policy.afterDeath(beforeReady)).toBe(0);
  });

  it('counts deaths under calls neither up nor down', () => {
    const policy = new RestartPolicy();
    policy.afterDeath(idle);
    policy.afterDeath(underACall);
    expect(policy.afterDeath(idle)).toBe(200);
  });
});
