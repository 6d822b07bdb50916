import { dirname } from 'node:path';
import { HostError } from '../../errors.js';
import { bodyTypes } from '../../schema/body-types.js';
import { writeJson } from '../../schema/json/write.js';
import { openApiDocuments } from '../../schema/openapi/documents.js';
import type { ModelReport } from '../models/model-settings.js';
import { CallRunner } from './call-runner.js';
import { Channel } from './channel.js';
import { collectInto, currentOutbox, Outbox } from './collect/outbox.js';
import { redirectConsole } from './console.js';
import { errorText, exceptionOf } from './entry/error-text.js';
import { installHooks } from './entry/hooks.js';
import { type EntryModule, loadEntry } from './entry/load-entry.js';
import { type LoadStage, loadReport } from './entry/load-report.js';
import {
  decodeBatch,
  decodeCallFrame,
  encodeFrame,
  encodeMemory,
  type Frame,
  FrameError,
  FromWorker,
  ToWorker,
} from './frames.js';
import {
  type CallHead,
  decodeMessage,
  type FailedMessage,
  type LoadMessage,
  type LogLevel,
  type LogMessage,
  type ModelsMessage,
  type ReadyMessage,
  type ThrownException,
} from './messages.js';
import { configureModels } from './models.js';
import { currentCall } from './request-context.js';
import { takeMetricUpdates } from './user-metrics.js';
import { warmUp } from './warm-up.js';
import { startWatchdog } from './watchdog.js';

/** The main of a worker process: one copy of the entry module, which answers the batches that the front sends. */

// The front decides when a worker goes: a signal to the whole container must not end it under a call.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.setSourceMapsEnabled(true);
// Before the front says what to load: on Node 20 it takes a while.
installHooks();

const channel = new Channel(onFrame, () => process.exit(0));
redirectConsole(writeLog);
let runner: CallRunner | undefined;

function onFrame({ type, payload }: Frame): void {
  switch (type) {
    case ToWorker.load:
      void load(decodeMessage<LoadMessage>(payload));
      return;
    case ToWorker.batch:
      void runner?.runBatch(decodeBatch(payload));
      return;
    case ToWorker.cancel:
      runner?.cancel(decodeCallFrame(payload).callId);
      return;
    case ToWorker.credit: {
      const { callId, payload: bytes } = decodeCallFrame(payload);
      runner?.credit(callId, bytes.readUInt32LE(0));
      return;
    }
    case ToWorker.ping:
      channel.send(encodeFrame(FromWorker.pong));
      return;
    case ToWorker.hold:
      currentOutbox()?.hold();
      return;
    default:
      throw new FrameError(`a worker knows no frame of type ${type}`);
  }
}

async function load(message: LoadMessage): Promise<void> {
  const startedAt = performance.now();
  const { entryPath, modelDir, appRoot, jsonDepthMax, strictOutput, retry, concurrency, service, schemaOnly } = message;
  let stage: LoadStage = 'import';
  const fail = (thrown: unknown): void => {
    const code = thrown instanceof HostError ? thrown.code : 'ENTRY_INVALID';
    const failed: FailedMessage = { code, report: loadReport(thrown, stage, message) };
    channel.sendMessage(FromWorker.failed, failed);
  };
  const onExit = (exitCode: number): void => fail(earlyExit(exitCode, stage));
  process.once('exit', onExit).once('uncaughtException', fail);
  startWatchdog(); // from here on user code runs, and may never come back
  try {
    const entryDir = dirname(entryPath);
    const folders = { appRoot, entryDir, workingDir: process.cwd(), ...(modelDir ? { modelDir } : {}) };
    if (message.collect) collectInto(new Outbox(message.collect, channel, writeLog));
    configureModels(folders, { ...message.models, packageFolders: [entryDir, appRoot, process.cwd()] }, tellModels);
    const entry = message.entryKind === 'model' ? await modelEntry(message) : await loadEntry(entryPath);
    stage = 'init';
    if (!schemaOnly) {
      await entry.init?.();
      await warmUp(entry, message.warmUpRun, { depthMax: jsonDepthMax }, writeLog);
    }
    runner = new CallRunner(entry, { depthMax: jsonDepthMax, strictOutput, retry, concurrency }, channel, writeLog);
    process.on('uncaughtException', endByError);
    tellMore();
    channel.sendMessage(FromWorker.ready, readyMessage(entry, service, startedAt));
    setInterval(tellMore, TELL_MS).unref();
  } catch (thrown) {
    fail(thrown);
  } finally {
    process.off('exit', onExit).off('uncaughtException', fail);
  }
}

/** What serves a model by itself is loaded with the first one. */
async function modelEntry({ entryPath, batch }: LoadMessage): Promise<EntryModule> {
  const { loadModelEntry } = await import('./model-entry/load-model-entry.js');
  return loadModelEntry(entryPath, batch);
}

/** Nobody awaits what failed: the state of the module is unknown, so the worker goes, with one line that says why. */
function endByError(thrown: unknown): void {
  channel.beforeEnd?.();
  const text = `an error outside run() ends this worker: ${errorText(thrown)}`;
  writeLog('error', text, currentCall(), exceptionOf(thrown));
  process.exit(1);
}

/** Its stack leads to the call of `process.exit()`, which runs the listeners of `exit` on top of itself. */
function earlyExit(exitCode: number, stage: LoadStage): HostError {
  const what = stage === 'init' ? 'init()' : 'the entry module';
  return new HostError('WORKER_FAILED', `${what} ended the process: process.exit(${exitCode}).`, {
    fix: 'Throw an Error instead of leaving: throw new Error(…). The host decides when a process ends.',
  });
}

/** How often the front is told what this process keeps resident, and what it has counted outside of calls. */
const TELL_MS = 1_000;

function tellMore(): void {
  channel.send(encodeMemory(process.memoryUsage.rss()));
  tellMetrics();
}

function tellMetrics(): void {
  const updates = takeMetricUpdates();
  if (updates) channel.sendMessage(FromWorker.metrics, updates);
}

function tellModels(models: readonly ModelReport[]): void {
  const message: ModelsMessage = { models };
  channel.sendMessage(FromWorker.models, message);
}

function readyMessage(
  { schema, batch }: EntryModule,
  service: LoadMessage['service'],
  startedAt: number,
): ReadyMessage {
  const documents = openApiDocuments(schema, service);
  return {
    kind: schema.kind,
    answersPreflights: schema.answersPreflights ?? false,
    bodyTypes: bodyTypes(schema),
    batchCallsMax: batch?.rowsMax ?? 1,
    documents: { 2: writeJson(documents['2']), 3: writeJson(documents['3']), '3.1': writeJson(documents['3.1']) },
    loadMs: performance.now() - startedAt,
  };
}

/** A longer line would keep the front busy, which parses and writes it. */
const LINE_CHARACTERS_MAX = 16_384;

function shortened(message: string): string {
  if (message.length <= LINE_CHARACTERS_MAX) return message;
  return `${message.slice(0, LINE_CHARACTERS_MAX)}… (${message.length} characters)`;
}

function writeLog(level: LogLevel, message: string, call: CallHead | undefined, exception?: ThrownException): void {
  const line: LogMessage = {
    level,
    message: shortened(message),
    ...(call ? { requestId: call.requestId } : {}),
    ...(call?.traceparent ? { traceparent: call.traceparent } : {}),
    ...(exception ? { exception: { ...exception, message: shortened(exception.message) } } : {}),
  };
  channel.sendMessage(FromWorker.log, line);
}
