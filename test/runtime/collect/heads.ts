import { hostname } from 'node:os';
import type { CollectNames } from '../../../src/runtime/collect/collect-plan.js';
import type { CollectedData, CollectedPayload } from '../../../src/runtime/worker/messages.js';

/** 2026-03-04T05:06:07.008Z: no part of it has two digits but the year. */
export const AT_MS = Date.UTC(2026, 2, 4, 5, 6, 7, 8);

export const names: CollectNames = {
  workspace: 'sub/group/workspace',
  service: 'service',
  endpoint: 'endpoint',
  deployment: 'blue',
  instance: hostname(),
  agent: 'scorehost/0.0.0',
};

export function dataHead(more: Partial<CollectedData> = {}): CollectedData {
  return {
    kind: 'data',
    atMs: AT_MS,
    requestId: 'r-1',
    collection: 'model_inputs',
    designation: 'inputs',
    model: 'digits',
    dataType: 'Array',
    ...more,
  };
}

export function payloadHead(more: Partial<CollectedPayload> = {}): CollectedPayload {
  return { kind: 'request', atMs: AT_MS, requestId: 'r-1', contentType: 'application/json', ...more };
}
