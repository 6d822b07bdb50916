import { Worker } from 'node:worker_threads';

const POLL_MS = 200;

/**
 * Kills this process when the front is gone, also while it spins in native code and never reads its socket again.
 *
 * A thread, because the main one may be busy for ever; it polls, because nothing else tells a child of its parent's
 * death everywhere.
 */
export function startWatchdog(): void {
  const source = `
    const parent = ${process.ppid};
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, ${POLL_MS});`;
  const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, codeRangeSizeMb: 0, stackSizeMb: 1 };
  new Worker(source, { eval: true, resourceLimits: limits, env: {}, execArgv: [] }).unref();
}
