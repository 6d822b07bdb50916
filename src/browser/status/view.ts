import { type Cell, element, fillTable, setAttributes, setText } from './dom.js';
import { bytes, clock, count, duration, milliseconds, percent, rate } from './format.js';
import { showPhases } from './phases-view.js';
import type { HostState, Span, StatusEvent, Step, WorkerStatus } from './status-event.js';

const stateNames: Readonly<Record<HostState, string>> = {
  ready: 'Ready',
  starting: 'Starting',
  unready: 'Not ready',
  draining: 'Draining',
};
/** Why a worker died, in more than a word. */
const causes: Readonly<Record<string, string>> = {
  exit: 'it left by itself',
  signal: 'it crashed, or somebody killed it',
  heap: 'its JavaScript heap was full',
  memory: 'the memory of the container was used up',
  timeout: 'its run took too long',
  silence: 'it did not answer while it had nothing to do',
  load: 'it could not load the entry module',
  protocol: 'it sent what it must not',
};
/** A tile is alarming from here on. */
const FAILED_SHARE_BAD = 0.01;

const banner = element('banner', HTMLElement);
const icon = element('icon', HTMLLinkElement);
const tables = {
  workers: element('workers', HTMLTableElement),
  errors: element('errors', HTMLTableElement),
  models: element('models', HTMLTableElement),
  figures: element('figures', HTMLTableElement),
};
const noErrors = element('no-errors', HTMLElement);
const noModels = element('no-models', HTMLElement);
const figuresDetails = element('figures-details', HTMLDetailsElement);

/** Everything but the plots, as it is in this event. */
export function show(event: StatusEvent, steps: readonly Step[]): void {
  showState(event.state, stateNames[event.state], event.reason);
  showFacts(event);
  showTiles(event);
  showPhases(event.phases);
  showErrors(event);
  showWorkers(event);
  showModels(event);
  if (figuresDetails.open) showFigures(steps);
}

/** @param state - `lost` where the host does not tell. */
export function showState(state: HostState | 'connecting' | 'lost', name: string, reason: string): void {
  setAttributes(banner, { 'data-state': state });
  setText(element('state', HTMLElement), name);
  // A reason that says the same again is none.
  setText(element('reason', HTMLElement), reason.toLowerCase() === name.toLowerCase() ? '' : reason);
  const title = `${name} · ${element('title', HTMLElement).textContent}`;
  if (document.title !== title) document.title = title;
  const colour = getComputedStyle(banner).getPropertyValue('--state').trim();
  const dot = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${colour}"/></svg>`;
  setAttributes(icon, { href: `data:image/svg+xml,${encodeURIComponent(dot)}` });
}

function showFacts({ version, startedAt, at, pid, residentBytes, entryPath }: StatusEvent): void {
  setText(element('serves', HTMLElement), entryPath.split('/').slice(-2).join('/'));
  setText(element('up', HTMLElement), duration(at - startedAt));
  setText(element('clock', HTMLElement), `${clock(at)} UTC`);
  setText(element('version', HTMLElement), version.replace('/', ' '));
  setText(element('front', HTMLElement), `pid ${pid}, ${bytes(residentBytes)}`);
  setText(element('entry', HTMLElement), entryPath);
}

function showTiles({ lastMinute, lately, waiting, inFlight, workers, workersWanted }: StatusEvent): void {
  const { calls, latency, waitingMax, inFlightMax } = lastMinute;
  const all = total(lastMinute);
  tile('tile-errors', percent(calls.failed, all), `${count(calls.failed)} of ${count(all)} calls ended in 5xx`);
  setText(
    element('tile-errors-more', HTMLElement),
    `429: ${count(calls.overload)} · other 4xx: ${count(calls.refused)} · left: ${count(calls.left)}`,
  );
  const isBad = calls.failed > 0 && calls.failed / all >= FAILED_SHARE_BAD;
  level('tile-errors', isBad ? 'bad' : calls.failed + calls.overload > 0 ? 'warn' : 'good');
  for (const name of ['p50', 'p95', 'p99'] as const) {
    setText(element(`tile-${name}`, HTMLElement), milliseconds(latency?.[name]));
  }
  tile('tile-rate', `${rate((total(lately) * 1000) / Math.max(1, lately.ms))} /s`, `${count(all)} in the last minute`);
  tile('tile-queue', `${count(waiting)} waiting`, `${count(inFlight)} in flight`);
  setText(
    element('tile-queue-more', HTMLElement),
    `last minute: up to ${count(waitingMax)} waiting, ${count(inFlightMax)} in flight`,
  );
  const ready = workers.filter(({ state }) => state === 'idle' || state === 'busy').length;
  tile('tile-workers', `${ready} of ${workersWanted}`, statesOf(workers));
  level('tile-workers', ready === 0 ? 'bad' : ready < workersWanted ? 'warn' : 'good');
}

function tile(id: string, value: string, more: string): void {
  const card = element(id, HTMLElement);
  setText(card.querySelector('.value') as Element, value);
  setText(card.querySelector('.more') as Element, more);
}

function level(id: string, value: 'good' | 'warn' | 'bad'): void {
  setAttributes(element(id, HTMLElement), { 'data-level': value });
}

function total({ calls }: Span): number {
  return Object.values(calls).reduce((sum: number, outcome: number) => sum + outcome, 0);
}

/** `1 busy, 2 idle` */
function statesOf(workers: readonly WorkerStatus[]): string {
  const counts = new Map<string, number>();
  for (const { state } of workers) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, number]) => `${number} ${state}`).join(', ') || 'none';
}

function showErrors({ failedCalls }: StatusEvent): void {
  noErrors.hidden = failedCalls.length > 0;
  tables.errors.hidden = failedCalls.length === 0;
  const rows = failedCalls.map(({ at, status, code = '', reason = '', requestId, method, path }): Cell[] => [
    { text: clock(at), kind: 'number' },
    { text: String(status), kind: status === 429 ? 'overload' : status >= 500 ? 'failed' : 'refused' },
    { text: code, kind: 'code' },
    { text: reason },
    { text: `${method} ${path}` },
    { text: requestId, kind: 'code id' },
  ]);
  fillTable(tables.errors, rows);
}

function showWorkers({ workers, deaths, lastDeath, at }: StatusEvent): void {
  const sorted = [...workers].sort((a, b) => a.number - b.number);
  const rows = sorted.map(({ number, pid, state, calls, residentBytes, startedAt }): Cell[] => [
    { text: String(number) },
    { text: state, kind: `state ${state}` },
    { text: count(calls), kind: 'number' },
    { text: bytes(residentBytes), kind: 'number' },
    { text: duration(at - startedAt), kind: 'number' },
    { text: String(pid ?? '–'), kind: 'number' },
  ]);
  fillTable(tables.workers, rows);
  const last = lastDeath
    ? `; the last one at ${clock(lastDeath.at)} UTC: ${causes[lastDeath.cause] ?? lastDeath.cause}`
    : '';
  setText(element('deaths', HTMLElement), `Workers that died since the start: ${count(deaths)}${last}.`);
}

function showModels({ models, service, hasDocs }: StatusEvent): void {
  element('docs-link', HTMLAnchorElement).hidden = !hasDocs;
  noModels.hidden = models.length > 0;
  tables.models.hidden = models.length === 0;
  const rows = models.map(({ name, executionProvider, insteadOf, loadMs }): Cell[] => [
    { text: name, kind: 'code' },
    {
      text: insteadOf ? `${executionProvider} instead of ${insteadOf}` : executionProvider,
      kind: insteadOf ? 'overload' : '',
    },
    { text: milliseconds(loadMs), kind: 'number' },
  ]);
  fillTable(tables.models, rows);
  const loaded = service ? `ready after ${milliseconds(service.loadMs)}` : 'is being loaded';
  const batch = service && service.batchCallsMax > 1 ? `, up to ${count(service.batchCallsMax)} calls in a batch` : '';
  setText(element('service', HTMLElement), loaded + batch);
}

/** The plots as a table, newest first. */
function showFigures(steps: readonly Step[]): void {
  const rows = [...steps].reverse().map((step): Cell[] => {
    const { at, ms, calls, latency, waitingMax, inFlightMax, batches, batchCalls, residentBytes } = step;
    const texts = [
      clock(at),
      rate((total(step) * 1000) / ms),
      ...[calls.failed, calls.overload, calls.refused, calls.left].map(count),
      ...(['p50', 'p95', 'p99'] as const).map((name) => milliseconds(latency?.[name])),
      count(waitingMax),
      count(inFlightMax),
      batches === 0 ? '–' : rate(batchCalls / batches),
      bytes(residentBytes),
    ];
    return texts.map((text) => ({ text, kind: 'number' }));
  });
  fillTable(tables.figures, rows);
}
