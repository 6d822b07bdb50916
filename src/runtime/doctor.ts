import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { MANIFEST } from '../package-files.js';
import { type BaseFact, baseFacts } from './base.js';
import type { Config, ModelsConfig } from './config/settings.js';
import { type CpuLimit, cpuLimit } from './limits/cpu-limit.js';
import { memoryLimit } from './limits/memory-limit.js';
import { type ThreadPlan, threadPlan } from './limits/thread-plan.js';
import { isHeapChosen, memoryShortage, workerHeapMebibytes } from './limits/worker-heap.js';
import { EXECUTION_PROVIDERS, type ExecutionProvider } from './models/model-settings.js';
import { requirementsOf } from './models/onnx/provider-requirements.js';
import { requirementsText } from './models/onnx/requirements-text.js';
import { checkSessionOptions } from './models/onnx/session-options.js';
import { type ProviderTrial, tryProvider } from './models/onnx/try-provider.js';
import { findTfjsNode } from './models/tensorflow/tfjs-node.js';

/** How an execution provider stands on this machine. */
export interface ProviderDiagnosis {
  readonly name: ExecutionProvider;
  readonly trial: ProviderTrial;
  /** What it needs and what is there, as an indented table; empty where it needs nothing. */
  readonly table: string;
  readonly fixes: readonly string[];
}

/** What a machine has for models, and what comes of it. */
export interface Diagnosis {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  /** What lies below the host. */
  readonly base: readonly BaseFact[];
  readonly cpu: CpuLimit;
  readonly plan: ThreadPlan;
  readonly memory: {
    readonly limitBytes: number | undefined;
    readonly machineBytes: number;
    /** What the JavaScript heap of each worker may grow to, where there is a limit; or the user has chosen. */
    readonly workerHeapMebibytes: number | 'chosen' | undefined;
  };
  /** The version of onnxruntime-node. */
  readonly onnxRuntime: string;
  readonly providers: readonly ProviderDiagnosis[];
  readonly tensorFlow: string;
  /** What would happen with the settings that hold, in sentences. */
  readonly verdict: readonly string[];
  /** Whether that is the end of a start. */
  readonly stops: boolean;
  readonly fixes: readonly string[];
}

const require = createRequire(import.meta.url);

/**
 * Looks at the machine, and tries each execution provider that has its libraries.
 *
 * @throws {HostError} `SETTING_INVALID` if a session option is none.
 */
export async function diagnose({ models, pool, entry, http }: Config): Promise<Diagnosis> {
  checkSessionOptions(models.sessionOptions, 'SCOREHOST_SESSION_OPTIONS');
  const cpu = cpuLimit();
  const limitBytes = memoryLimit();
  const base = await baseFacts({ host: http.host, port: http.port, appRoot: resolve(entry.appRoot || '.') });
  const providers: ProviderDiagnosis[] = [];
  // One after the other: two that build engines at once would be slower.
  for (const name of EXECUTION_PROVIDERS) providers.push(await diagnoseProvider(name, models.deviceId));
  const missing = models.executionProviders.flatMap((name) => {
    const found = providers.find((provider) => provider.name === name) as ProviderDiagnosis;
    return found.trial.runs ? [] : [found];
  });
  return {
    version: versionOf(MANIFEST),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    base,
    cpu,
    plan: threadPlan(cpu, pool.workers, models.intraOpThreads),
    memory: {
      limitBytes,
      machineBytes: totalmem(),
      workerHeapMebibytes: isHeapChosen() ? 'chosen' : workerHeapMebibytes(pool.workers, limitBytes),
    },
    onnxRuntime: versionOf(join(require.resolve('onnxruntime-node'), '../../package.json')),
    providers,
    tensorFlow: describeTensorFlow([process.cwd(), resolve(entry.appRoot || '.')]),
    verdict: [
      ...base.flatMap(stopOf),
      ...[memoryShortage(pool.workers, limitBytes) ?? []].flat(),
      ...verdictOf(models, missing),
    ],
    stops: base.some(({ stops }) => stops) || (missing.length > 0 && !models.providerFallback),
    fixes: [...new Set([...base.flatMap(({ fix }) => fix ?? []), ...missing.flatMap(({ fixes }) => fixes)])],
  };
}

async function diagnoseProvider(name: ExecutionProvider, deviceId: number): Promise<ProviderDiagnosis> {
  const requirements = requirementsOf(name);
  const unmet = requirements.filter(({ problem }) => problem !== undefined);
  const reason = `${unmet.length} of ${requirements.length} things that it needs are missing or wrong`;
  return {
    name,
    trial: unmet.length > 0 ? { runs: false, reason } : await tryProvider(name, deviceId),
    table: requirementsText(requirements),
    fixes: [...new Set(unmet.flatMap(({ fix }) => fix ?? []))],
  };
}

function stopOf({ what, found, problem, stops }: BaseFact): string[] {
  return stops ? [`The host cannot run here. ${what}: ${found}, ${problem}.`] : [];
}

function verdictOf(
  { executionProviders, providerFallback }: ModelsConfig,
  missing: readonly ProviderDiagnosis[],
): readonly string[] {
  const asked = `SCOREHOST_EXECUTION_PROVIDERS=${executionProviders.join()}`;
  const [first = 'cpu'] = executionProviders;
  if (missing.length === 0)
    return [`${asked}: models run on ${first}${first === 'cpu' ? '' : ', nodes that it does not know on CPU'}.`];
  const names = missing.map(({ name }) => name).join(' and ');
  const next = executionProviders.find((name) => !missing.some((each) => each.name === name)) ?? 'cpu';
  if (providerFallback) {
    const told = 'The log, /health/ready and /metrics will say so.';
    return [`${asked}: ${names} cannot be had, models run on ${next}. ${told}`];
  }
  return [
    `${asked}: ${names} cannot be had, so a model stops the start, with exit code 3.`,
    `SCOREHOST_EXECUTION_PROVIDER_FALLBACK=true would have models run on ${next} instead.`,
  ];
}

function describeTensorFlow(folders: readonly string[]): string {
  const found = findTfjsNode(folders);
  if (!found)
    return '@tensorflow/tfjs-node is not found from here; only models of TensorFlow need it, and it may lie beside them, too';
  const version = versionOf(join(found.folder, 'package.json'));
  const standing = found.addonPath ? '' : ', without its native addon: its install script has not run';
  return `@tensorflow/tfjs-node ${version} in ${found.folder}${standing}`;
}

function versionOf(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
