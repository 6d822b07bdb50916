import { expect, it } from 'vitest';
import { describeExit } from '../../../src/runtime/pool/early-death.js';

const heapLines = ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'];

it.each([
  [{ code: 3, signal: null, lastLines: [] }, 'exited with code 3'],
  [{ code: null, signal: 'SIGSEGV', lastLines: [] }, 'was ended by SIGSEGV'],
  [{ code: null, signal: 'SIGABRT', lastLines: heapLines }, 'was ended by SIGABRT: its JavaScript heap was full'],
  // A thread of user code said so, and the process ended by itself later.
  [{ code: 1, signal: null, lastLines: heapLines }, 'exited with code 1'],
  [
    { code: null, signal: 'SIGKILL', lastLines: [], outOfMemory: true },
    'was ended by SIGKILL: the memory that the container may use was used up',
  ],
] as const)('a worker that ended as %j %s', (exit, text) => expect(describeExit(exit)).toBe(text));
