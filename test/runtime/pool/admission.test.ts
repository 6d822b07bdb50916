import { describe, expect, it } from 'vitest';
import { Admission } from '../../../src/runtime/pool/admission.js';
import { waitingCall } from './calls.js';

const admitted = (admission: Admission, declaredBytes = 0) =>
  waitingCall({ id: admission.admit(declaredBytes), bodyBytes: 0 });

describe('places', () => {
  it('are as many as calls may be inside at once, each under an id of its own', () => {
    const admission = new Admission({ callsMax: 2, bytesMax: 1000 });
    const [first, second] = [admitted(admission), admitted(admission)];
    expect(first.id).not.toBe(second.id);
    expect(() => admission.admit(0)).toThrow('Cannot take the call: 2 of 2 places are taken.');
    admission.release(first);
    expect(admission.admit(0)).toBeGreaterThan(second.id);
  });
});

describe('the memory for bodies', () => {
  it('refuses a body that it has no room for before it comes', () => {
    const admission = new Admission({ callsMax: 10, bytesMax: 1000 });
    const call = admitted(admission);
    expect(admission.hold(call, 600)).toBeUndefined();
    expect(() => admission.admit(401)).toThrow('Cannot take 401 bytes more: 600 of 1000 bytes for bodies are taken.');
    expect(() => admission.admit(400)).not.toThrow();
  });

  it('is taken by what has come, not by what was declared', () => {
    const admission = new Admission({ callsMax: 10, bytesMax: 1000 });
    const [honest, trickling] = [admitted(admission), admitted(admission, 1000)];
    expect(admission.hold(trickling, 1)).toBeUndefined();
    expect(admission.hold(honest, 999)).toBeUndefined();
    expect(admission.hold(trickling, 1)).toMatchObject({ code: 'BODIES_FULL' });
  });

  it('is free again when the call is done, once', () => {
    const admission = new Admission({ callsMax: 10, bytesMax: 1000 });
    const call = admitted(admission);
    admission.hold(call, 1000);
    admission.release(call);
    admission.release(call);
    const other = admitted(admission, 1000);
    expect(admission.hold(other, 1000)).toBeUndefined();
    expect(admission.hold(other, 1)).toMatchObject({ code: 'BODIES_FULL' });
  });
});
