import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import type { Config, EntryConfig, ModelsConfig, PoolConfig } from './config/settings.js';
import type { LimitedGroup } from './limits/cgroup.js';
import { cpuLimit } from './limits/cpu-limit.js';
import { oomKills } from './limits/memory-use.js';
import { threadPlan } from './limits/thread-plan.js';
import { BODIES_SHARE, heapOptions } from './limits/worker-heap.js';
import type { ModelSettings } from './models/model-settings.js';
import type { PoolSettings } from './pool/pool.js';
import { type Entry, findEntry, findUnnamedEntry } from './worker/entry/find-entry.js';
import type { LoadMessage } from './worker/messages.js';

/** What the parts of the host are told: the settings, and what these leave to the machine. */

/**
 * What the workers are told to load.
 *
 * @throws {HostError} `ENTRY_INVALID` if there is no entry module.
 */
export function loadMessage({ entry, service, models, pool }: Config): LoadMessage {
  const appRoot = resolve(entry.appRoot || '.');
  const base = resolve(appRoot, entry.sourceDirectory);
  const { kind, path } = findEntryOf(entry, base);
  return {
    entryPath: path,
    entryKind: kind,
    appRoot,
    jsonDepthMax: entry.jsonDepthMax,
    strictOutput: entry.strictOutput,
    service,
    models: modelSettings(models, pool.workers),
    warmUpRun: models.warmUp === 'run',
    retry: pool.retry === 'on',
    concurrency: pool.workerConcurrency,
    batch: models.batch,
    ...(entry.modelDir ? { modelDir: resolve(entry.modelDir) } : {}),
  };
}

function findEntryOf({ entry, modelDir }: EntryConfig, base: string): Entry {
  return entry !== '' || modelDir === '' ? findEntry(entry || '.', base) : findUnnamedEntry(base, resolve(modelDir));
}

/**
 * The settings of the pool, with the shares of memory that bodies and workers may have.
 *
 * @param group - That limits the memory, if one does.
 */
export function poolSettings(pool: PoolConfig, group: LimitedGroup | undefined): Omit<PoolSettings, 'spareWorker'> {
  const { bytesMax, workers } = pool;
  return {
    ...pool,
    bytesMax: bytesMax === 'auto' ? Math.floor((group?.limitBytes ?? totalmem()) / BODIES_SHARE) : bytesMax,
    workerOptions: heapOptions(workers, group?.limitBytes),
    oomKills: () => (group ? oomKills(group) : 0),
  };
}

/** What every worker is told of models: its share of the CPUs among it. */
function modelSettings(models: ModelsConfig, workers: number): ModelSettings {
  const { executionProviders, providerFallback, deviceId, sessionOptions } = models;
  const { intraOpThreads, allowSpinning } = threadPlan(cpuLimit(), workers, models.intraOpThreads);
  return {
    executionProviders,
    providerFallback,
    deviceId,
    intraOpThreads,
    allowSpinning,
    sessionOptions,
    warmUp: models.warmUp !== 'off',
    packageFolders: [],
  };
}
