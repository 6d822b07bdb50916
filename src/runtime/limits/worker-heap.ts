const MEBIBYTE = 2 ** 20;
/** What the front takes under load. */
const FRONT_MEBIBYTES = 64;
/** What a worker takes outside of its JavaScript heap before it has loaded a model: Node and ONNX Runtime. */
const WORKER_NATIVE_MEBIBYTES = 64;
/** The bodies of calls may have a fourth of the memory, unless `SCOREHOST_MAX_CONCURRENT_BYTES` says otherwise. */
export const BODIES_SHARE = 4;
/** Below this even a small entry module does not load. */
const HEAP_MEBIBYTES_MIN = 64;

/**
 * MiB that the JavaScript heap of each worker may grow to: what is left of the container's memory when front, bodies and native
 * libraries have theirs. V8 by itself gives half of the memory to each process, as if it were alone. One that needs more ends by
 * itself, with a reason, its calls are run again, and the others go on; else the kernel would end any of them, or on
 * Kubernetes all.
 *
 * @param workers - Worker processes, 1 or more.
 * @param limitBytes - Of the container; undefined: there is no limit, and V8 decides.
 */
export function workerHeapMebibytes(workers: number, limitBytes: number | undefined): number | undefined {
  if (limitBytes === undefined) return undefined;
  const limit = limitBytes / MEBIBYTE;
  const share = (limit - FRONT_MEBIBYTES - limit / BODIES_SHARE) / workers - WORKER_NATIVE_MEBIBYTES;
  return Math.max(HEAP_MEBIBYTES_MIN, Math.floor(share));
}

/**
 * Says that so many workers do not fit into the container's memory, each with the least heap; undefined where they do.
 *
 * @param workers - Worker processes, 1 or more.
 */
export function memoryShortage(workers: number, limitBytes: number | undefined): string | undefined {
  if (limitBytes === undefined) return undefined;
  const limit = limitBytes / MEBIBYTE;
  const needed = FRONT_MEBIBYTES + limit / BODIES_SHARE + workers * (WORKER_NATIVE_MEBIBYTES + HEAP_MEBIBYTES_MIN);
  if (needed <= limit) return undefined;
  return (
    `memory: the container may use ${limit.toFixed(0)} MiB, and ${workers === 1 ? 'a worker' : `${workers} workers`} may need ` +
    `${needed.toFixed(0)} before any model is loaded: raise the limit${workers === 1 ? '' : ', or lower WORKER_COUNT'}.`
  );
}

/** Node's options that say how large a heap may be. */
const HEAP_OPTION = /--max[-_](?:old[-_]space[-_]size|heap[-_]size)/;

/** Whether the user has set a heap for all processes, which is then left as it is. */
export function isHeapChosen(): boolean {
  return [process.env.NODE_OPTIONS ?? '', ...process.execArgv].some((options) => HEAP_OPTION.test(options));
}

/**
 * Options of Node for a worker process; none where there is no limit, or the user has chosen.
 *
 * @param workers - Worker processes, 1 or more.
 * @param limitBytes - Of the container.
 */
export function heapOptions(workers: number, limitBytes: number | undefined): readonly string[] {
  const mebibytes = isHeapChosen() ? undefined : workerHeapMebibytes(workers, limitBytes);
  return mebibytes === undefined ? [] : [`--max-old-space-size=${mebibytes}`];
}
