import type { LimitedGroup } from './limits/cgroup.js';
import { memoryCharged, memoryUsed } from './limits/memory-use.js';

/** Above this share of the limit the container is told to be near it, and below the other one it is not any more. */
const NEAR = 0.9;
const FAR = 0.8;
/** How often is looked: one that takes 100 MB a second is seen before it has taken the last tenth of 512. */
const LOOK_MS = 250;

const MEBIBYTE = 2 ** 20;

/** Bytes of memory that are resident, by the name of the process. */
export type ResidentBytes = ReadonlyMap<string, number>;

/**
 * Says in the log when the container comes near its memory limit: above it the kernel ends a process, maybe all, and nobody can
 * say anything then.
 */
export class MemoryWatch {
  readonly #group: LimitedGroup;
  readonly #processes: () => ResidentBytes;
  readonly #onNear: (message: string) => void;
  #near = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param processes - Who takes how much, for the message.
   * @param onNear - Is called once, and again only after memory has been far from the limit.
   */
  constructor(group: LimitedGroup, processes: () => ResidentBytes, onNear: (message: string) => void) {
    this.#group = group;
    this.#processes = processes;
    this.#onNear = onNear;
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  look(): void {
    const { limitBytes } = this.#group;
    const chargedBytes = memoryCharged(this.#group);
    if (chargedBytes < FAR * limitBytes) this.#near = false;
    if (chargedBytes < NEAR * limitBytes) return; // what is in use is no more, and takes longer to tell
    const usedBytes = memoryUsed(this.#group);
    if (usedBytes < FAR * limitBytes) this.#near = false;
    if (this.#near || usedBytes < NEAR * limitBytes) return;
    this.#near = true;
    this.#onNear(this.#message(usedBytes, limitBytes));
  }

  #message(usedBytes: number, limitBytes: number): string {
    const processes = [...this.#processes()].map(([name, bytes]) => `${name} ${mebibytes(bytes)}`);
    return (
      `memory: ${mebibytes(usedBytes)} of the container's ${mebibytes(limitBytes)} MiB are used (${processes.join(', ')}). ` +
      'At its limit the kernel ends processes of it: raise the limit, or lower WORKER_COUNT, batch or body sizes.'
    );
  }
}

function mebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(0);
}
