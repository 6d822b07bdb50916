import { isHeapFull } from './early-death.js';
import type { WorkerExit } from './worker-process.js';

/**
 * Why a worker died that was not asked to go. `exit`: it left by itself, an error outside `run()` included; `signal`: native code
 * crashed, or somebody killed it; `heap` and `memory`: that of JavaScript, and of the container, was used up; `timeout`: its run
 * took too long; `silence`: it did not answer while it had nothing to do; `load`: it could not load the entry module; `protocol`: it
 * sent what it must not.
 */
export const DEATH_CAUSES = ['exit', 'signal', 'heap', 'memory', 'timeout', 'silence', 'load', 'protocol'] as const;
export type DeathCause = (typeof DEATH_CAUSES)[number];

/** Why the host ended a worker itself. */
export type KillCause = Extract<DeathCause, 'timeout' | 'silence' | 'load'>;

export function deathCause({ signal, outOfMemory, distrusted, lastLines }: WorkerExit, killed?: KillCause): DeathCause {
  if (killed) return killed;
  if (distrusted) return 'protocol';
  if (signal && isHeapFull(lastLines)) return 'heap';
  if (outOfMemory) return 'memory';
  return signal ? 'signal' : 'exit';
}
