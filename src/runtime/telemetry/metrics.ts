import type { BucketCounts } from './bucket-counts.js';
import { type CollectionCounts, dropReasons } from './collection-counts.js';
import { type EventLoopDelay, newEventLoopDelay } from './event-loop-delay.js';
import { type HttpCounts, STATUS_CLASSES } from './http-counts.js';
import { type Labels, ScrapedMetrics, type Series } from './registry.js';
import type { UserMetrics } from './user-metrics.js';

/** What the host knows of a model at a scrape. */
export interface ModelState {
  readonly name: string;
  readonly executionProvider: string;
  /** The provider that was asked for, where another is in effect. */
  readonly insteadOf?: string;
  /** Milliseconds that it took to load, warm-up included. */
  readonly loadMs: number;
}

export interface WorkerMetrics {
  readonly number: number;
  readonly state: string;
  readonly residentBytes: number;
}

/** Memory of the container. */
export interface MemoryState {
  readonly limitBytes: number;
  readonly usedBytes: number;
  /** Processes that the kernel has ended because it was used up. */
  readonly oomKills: number;
}

/** How often a worker was to be replaced. */
export interface ReplacementCount {
  readonly cause: string;
  /** `replaced`, or `failed`: the successor did not start. */
  readonly result: string;
  readonly count: number;
}

/** Where the values of a scrape come from. */
export interface MetricSources {
  readonly version: string;
  readonly http: HttpCounts;
  readonly connections: () => number;
  /** That were closed as they came: there were as many as may be. */
  readonly connectionsRefused: () => number;
  readonly ready: () => boolean;
  readonly queuedCalls: () => number;
  readonly callsInFlight: () => number;
  readonly bodyBytes: () => number;
  /** Calls of the batches that workers were given. */
  readonly batchCalls: BucketCounts;
  readonly models: () => readonly ModelState[];
  readonly workers: () => readonly WorkerMetrics[];
  /** All that a worker can be in. */
  readonly workerStates: readonly string[];
  readonly replacements: () => readonly ReplacementCount[];
  /** Of workers that were not asked to go, by cause. */
  readonly deaths: () => Iterable<readonly [cause: string, count: number]>;
  /** undefined without a limit. */
  readonly memory: () => MemoryState | undefined;
  /** Of data collection; undefined where it is off. */
  readonly collection: () => CollectionCounts | undefined;
  /** What entry modules count. */
  readonly user: UserMetrics;
}

/** A scrape in Prometheus' text format. */
export interface Metrics {
  readonly contentType: string;
  readonly scrape: () => Promise<string>;
}

/** Every metric there is. The library is loaded by the first scrape. */
export async function createMetrics(sources: MetricSources): Promise<Metrics> {
  // A CommonJS module: its classes are members of its default export.
  const { Registry } = (await import('prom-client')).default;
  const registry = new Registry();
  const metrics = new ScrapedMetrics(registry);
  addRequests(metrics, sources);
  addCalls(metrics, sources);
  addWorkers(metrics, sources);
  addModels(metrics, sources);
  addUserMetrics(metrics, sources);
  addCollection(metrics, sources);
  addProcess(metrics, sources, newEventLoopDelay());
  return {
    contentType: registry.contentType,
    scrape: async () => {
      const ofEntryModule = new Registry(); // anew: a reload may declare others
      sources.user.addTo(new ScrapedMetrics(ofEntryModule));
      return (await registry.metrics()) + (await ofEntryModule.metrics()).trimStart();
    },
  };
}

function addRequests(metrics: ScrapedMetrics, { http, connections, connectionsRefused }: MetricSources): void {
  const { routes } = http;
  metrics.counter('scorehost_requests_total', 'Requests that are over, by route and class of status.', function* () {
    for (const [i, route] of routes.entries()) {
      for (const [j, status] of STATUS_CLASSES.entries()) {
        const count = http.requests(i, j);
        if (count > 0 || (route === 'score' && '2xx 4xx 5xx'.includes(status))) yield [{ route, status }, count];
      }
    }
  });
  metrics.histogram(
    'scorehost_request_duration_seconds',
    'From the end of the headers of a request until its answer had left.',
    () => routes.map((route, i): Series<BucketCounts> => [{ route }, http.seconds[i] as BucketCounts]),
  );
  metrics.histogram(
    'scorehost_phase_duration_seconds',
    'Where the time of the calls went that were admitted: their phases follow each other, and add up to the request.',
    () => http.phases.map((phase, i): Series<BucketCounts> => [{ phase }, http.phaseSeconds[i] as BucketCounts]),
  );
  metrics.counter('scorehost_errors_total', 'Errors that were answered, by the code in their body.', () =>
    labelled('code', http.errors),
  );
  metrics.counter('scorehost_client_disconnects_total', 'Clients that left before they had their answer.', () =>
    single(http.clientsLeft),
  );
  metrics.counter(
    'scorehost_replies_cut_total',
    'Replies that were cut off after their status had left: their stream broke, or their client took nothing of it.',
    () => single(http.repliesCut),
  );
  metrics.gauge('scorehost_connections', 'Connections that are open.', () => single(connections()));
  metrics.counter(
    'scorehost_connections_refused_total',
    'Connections that were closed as they came, as there were as many as there may be, or had sent too many requests ahead.',
    () => single(connectionsRefused()),
  );
}

function addCalls(metrics: ScrapedMetrics, sources: MetricSources): void {
  metrics.gauge('scorehost_ready', '1 while calls should be sent here: what /health/ready says.', () =>
    single(Number(sources.ready())),
  );
  metrics.gauge('scorehost_queue_calls', 'Calls that wait for a worker.', () => single(sources.queuedCalls()));
  metrics.gauge('scorehost_calls_in_flight', 'Calls that were admitted and are not over.', () =>
    single(sources.callsInFlight()),
  );
  metrics.gauge('scorehost_body_bytes', 'Bytes of the bodies of the calls that are not over.', () =>
    single(sources.bodyBytes()),
  );
  metrics.histogram('scorehost_batch_calls', 'Calls that a worker was given at once.', () => [
    [{}, sources.batchCalls],
  ]);
}

function addWorkers(metrics: ScrapedMetrics, sources: MetricSources): void {
  const { workers, workerStates, replacements, deaths } = sources;
  metrics.gauge('scorehost_workers', 'Workers, by what they are doing.', () => {
    const states = workers().map(({ state }) => state);
    return workerStates.map((state): Series<number> => [{ state }, states.filter((one) => one === state).length]);
  });
  metrics.counter('scorehost_worker_deaths_total', 'Workers that died and were not asked to go, by cause.', () =>
    labelled('cause', deaths()),
  );
  metrics.counter(
    'scorehost_worker_replacements_total',
    'Workers that were to be replaced by a reload, or recycled.',
    () => replacements().map(({ count, ...labels }): Series<number> => [labels, count]),
  );
}

function addUserMetrics(metrics: ScrapedMetrics, { user }: MetricSources): void {
  metrics.counter(
    'scorehost_user_metric_values_dropped_total',
    'Values of the entry module that were not kept, because there are too many series.',
    () => single(user.dropped),
  );
}

function addModels(metrics: ScrapedMetrics, { models: all }: MetricSources): void {
  // One that is loaded twice, or has the name of another, is told of once: a series must not be there twice.
  const models = () => [...new Map(all().map((model) => [model.name, model])).values()];
  metrics.gauge('scorehost_model_execution_provider', '1 for the execution provider that a model runs on.', () =>
    models().map(
      ({ name, executionProvider }): Series<number> => [{ model: name, execution_provider: executionProvider }, 1],
    ),
  );
  metrics.gauge(
    'scorehost_model_execution_provider_fallback',
    '1 for a model that does not run on the execution provider that was asked for, but on another one.',
    () =>
      models().flatMap(({ name, executionProvider, insteadOf }): Series<number>[] =>
        insteadOf ? [[{ model: name, wanted: insteadOf, execution_provider: executionProvider }, 1]] : [],
      ),
  );
  metrics.gauge('scorehost_model_load_seconds', 'How long it took to load a model, warm-up included.', () =>
    models().map(({ name, loadMs }): Series<number> => [{ model: name }, loadMs / 1000]),
  );
}

function addCollection(metrics: ScrapedMetrics, { collection }: MetricSources): void {
  metrics.counter('scorehost_collected_records_total', 'Records that data collection has written.', () =>
    whereThere(collection(), ({ written }) => written),
  );
  metrics.counter(
    'scorehost_collected_records_dropped_total',
    'Records that data collection has not written, by reason.',
    () => {
      const counts = collection();
      return counts ? dropReasons.map((reason): Series<number> => [{ reason }, counts.dropped[reason]]) : [];
    },
  );
  metrics.gauge('scorehost_collected_waiting_bytes', 'Bytes of records that wait to be written.', () =>
    whereThere(collection(), ({ waitingBytes }) => waitingBytes),
  );
}

function addProcess(metrics: ScrapedMetrics, sources: MetricSources, delay: EventLoopDelay): void {
  const { version, workers, memory } = sources;
  metrics.gauge('scorehost_info', '1, with the versions of what runs.', () => [
    [{ version, node: process.version }, 1],
  ]);
  metrics.gauge('scorehost_start_time_seconds', 'When the host was started, in seconds since 1970.', () =>
    single(performance.timeOrigin / 1000),
  );
  metrics.gauge('scorehost_resident_memory_bytes', 'Memory that a process keeps resident.', () => [
    [{ process: 'front' }, process.memoryUsage.rss()],
    ...workers()
      .filter(({ residentBytes }) => residentBytes > 0) // one that starts has not said it yet
      .map(({ number, residentBytes }): Series<number> => [{ process: `worker ${number}` }, residentBytes]),
  ]);
  metrics.gauge('scorehost_memory_limit_bytes', 'The memory that the container may use.', () =>
    whereThere(memory(), ({ limitBytes }) => limitBytes),
  );
  metrics.gauge(
    'scorehost_memory_used_bytes',
    'The memory of the container that is in use, without the cache of files.',
    () => whereThere(memory(), ({ usedBytes }) => usedBytes),
  );
  metrics.counter(
    'scorehost_oom_kills_total',
    'Processes of the container that the kernel has ended because its memory was used up.',
    () => whereThere(memory(), ({ oomKills }) => oomKills),
  );
  metrics.gauge(
    'scorehost_event_loop_delay_seconds',
    'How late timers of the front were since the scrape before: its longest delays are what a call may have waited.',
    () => [...delay.sinceLastAsked()].map(([percentile, seconds]): Series<number> => [{ percentile }, seconds]),
  );
  metrics.counter('scorehost_cpu_seconds_total', 'Time that the processors spent on the front.', () => {
    const { user, system } = process.cpuUsage();
    return single((user + system) / 1e6);
  });
}

function single(value: number): Series<number>[] {
  return [[{}, value]];
}

function labelled(name: string, counts: Iterable<readonly [string, number]>): Series<number>[] {
  return [...counts].map(([value, count]) => [{ [name]: value } satisfies Labels, count]);
}

function whereThere<T>(source: T | undefined, value: (source: T) => number): Series<number>[] {
  return source === undefined ? [] : single(value(source));
}
