import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { HostError } from '../../../errors.js';
import { type BatchOptions, batch } from '../../../schema/batch.js';
import { checkBatchInputs } from '../../../schema/batch-inputs.js';
import { waitingDecorator } from '../../../schema/decorator.js';
import { inputSchema, outputSchema } from '../../../schema/decorators.js';
import type { ParameterType } from '../../../schema/parameter-type.js';
import { type Run, type ServiceSchema, schemaOf } from '../../../schema/service-schema.js';
import { typeScriptFormat } from './compile.js';

/** What the host calls of an entry module. */
export interface EntryModule {
  /** Once, before the first call. */
  readonly init: (() => unknown) | undefined;
  readonly run: Run<unknown[], unknown>;
  /** Once, behind `init`: what the author wants run before the first call. */
  readonly warmup: (() => unknown) | undefined;
  readonly schema: ServiceSchema;
  /** For a `run` that takes several calls, stacked along the first axis of its inputs. */
  readonly batch?: BatchRule;
  /** Whether nobody's code asks for the context of a call. */
  readonly contextless?: boolean;
}

/** How calls are stacked. */
export interface BatchRule {
  /** Rows of one run; a call that has more runs alone. */
  readonly rowsMax: number;
  /** Whether the author of `run` says that it gives a row for each of its input. Else a trial has shown it. */
  readonly declared: boolean;
}

/**
 * Imports an entry module and finds its `init` and `run`: exported by name, as members of the default export, or as
 * methods of a class that is the default export.
 *
 * @throws {HostError} `ENTRY_INVALID` if there is no `run`, or `init` wants arguments.
 * @throws whatever the module itself throws while it is loaded.
 */
export async function loadEntry(path: string): Promise<EntryModule> {
  const namespace = await loadNamespace(path);
  const target = [namespace, instanceOf(namespace.default), nestedDefault(namespace.default)].find(hasRun);
  if (target === undefined) throw new HostError('ENTRY_INVALID', noRun(namespace), { fix: FIX_NO_RUN });
  const { init, run, warmup } = target;
  const waiting = waitingDecorator(run);
  if (waiting) {
    const fix = `Give it the function: export const run = ${waiting.use}((data) => …).`;
    throw new HostError('ENTRY_INVALID', `run is ${waiting.name} that has not been given its function.`, { fix });
  }
  if (init !== undefined && typeof init !== 'function') {
    const fix = 'Export function init() {…}, or leave init out: it is optional.';
    throw new HostError('ENTRY_INVALID', `init must be a function, but it is ${kindOf(init)}.`, { fix });
  }
  if (init !== undefined && init.length > 0) {
    const fix = 'Declare init() without parameters: settings come from variables of the environment.';
    throw new HostError('ENTRY_INVALID', `init() is called without arguments, but yours takes ${init.length}.`, {
      fix,
    });
  }
  if (warmup !== undefined && typeof warmup !== 'function') {
    const fix = 'Export function warmup() {…}, or leave warmup out: it is optional.';
    throw new HostError('ENTRY_INVALID', `warmup must be a function, but it is ${kindOf(warmup)}.`, { fix });
  }
  const schema = schemaOf(withExportedBatch(withExportedSchema(run, target, namespace), target, namespace));
  if (schema.kind === 'text') refuseLostSchema(target);
  return {
    init: init && (() => init.call(target)),
    run: (...args) => run.apply(target, args),
    warmup: warmup && (() => warmup.call(target)),
    schema,
    ...batchOf(schema),
  };
}

/** @throws {HostError} `ENTRY_INVALID` if `run` is marked with `batch()`, and has an input that cannot be stacked. */
function batchOf(schema: ServiceSchema): { readonly batch?: BatchRule } {
  const { batchRowsMax: rowsMax } = schema;
  if (rowsMax === undefined) return {};
  checkBatchInputs(schema);
  return { batch: { rowsMax, declared: true } };
}

/**
 * TypeScript that becomes CommonJS is required: imported, its own `require` would know nothing of the hooks, and not find
 * `scorehost`. It is what `npm init` makes of every `.ts` beside it.
 */
async function loadNamespace(path: string): Promise<Record<string, unknown>> {
  if (typeScriptFormat(path) === 'commonjs') {
    const exported: unknown = createRequire(path)(path);
    return { ...(typeof exported === 'object' ? exported : undefined), default: exported }; // as import() would
  }
  return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
}

/** A method that overrides a decorated one does not have its schema: nobody means to lose it. */
function refuseLostSchema(target: Target): void {
  for (let parent = Object.getPrototypeOf(target); parent !== null; parent = Object.getPrototypeOf(parent)) {
    const { run } = parent as Partial<Target>;
    if (typeof run !== 'function' || schemaOf(run).kind === 'text') continue;
    const fix = 'Decorate the run() of the subclass too.';
    throw new HostError('ENTRY_INVALID', 'run() overrides one that has a schema, and has none itself.', { fix });
  }
}

/**
 * The form of plain JavaScript, which has no decorators: `export const inputSchema = { data: type }` and `export const
 * outputSchema = type` beside `run`.
 */
function withExportedSchema(run: Run<unknown[], unknown>, target: Target, namespace: Record<string, unknown>): Run {
  const exported = (name: 'inputSchema' | 'outputSchema') => {
    const value = target[name] ?? namespace[name];
    return typeof value === 'object' && value !== null ? value : undefined;
  };
  const [inputs, output] = [exported('inputSchema'), exported('outputSchema')];
  const withOutput = output ? outputSchema(output as ParameterType)(run) : run;
  if (!inputs) return withOutput;
  const wrap = inputSchema(inputs as Record<string, ParameterType>) as unknown as (run: Run<unknown[]>) => Run;
  return wrap(withOutput);
}

/**
 * Its mark: `export const batch = { maxSize: 32 }` beside `run`. A function of that name is the `batch()` of `scorehost`
 * passed on, or one of the module's own.
 */
function withExportedBatch(run: Run, target: Target, namespace: Record<string, unknown>): Run {
  const options = target.batch ?? namespace.batch ?? undefined;
  return options === undefined || typeof options === 'function' ? run : batch(options as BatchOptions)(run);
}

interface Target {
  readonly batch?: unknown;
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
  readonly init?: (() => unknown) | undefined;
  readonly warmup?: (() => unknown) | undefined;
  readonly run: Run<unknown[], unknown>;
}

function hasRun(candidate: unknown): candidate is Target {
  return typeof (candidate as Partial<Target> | undefined)?.run === 'function';
}

/** An instance of a default-exported class with a `run` method; anything else as it is. */
function instanceOf(exported: unknown): unknown {
  if (typeof exported !== 'function' || !hasRun(exported.prototype)) return exported;
  return new (exported as new () => unknown)();
}

/** A CommonJS module compiled from ES syntax has its default export one level deeper. */
function nestedDefault(exported: unknown): unknown {
  return instanceOf((exported as { default?: unknown } | null | undefined)?.default);
}

const FIX_NO_RUN =
  'Export function run(input) {…}, and init() {…} if something is to be loaded once; or a default class with these methods.';

function noRun(namespace: Record<string, unknown>): string {
  const members = { ...(namespace.default as object | undefined), ...namespace };
  const names = Object.keys(members).filter((name) => name !== 'module.exports' && name !== 'default');
  const inDefault =
    typeof namespace.default === 'function' ? 'its default export is a function without a run' : undefined;
  const found = inDefault ?? (names.length === 0 ? 'it exports nothing' : `it exports ${names.join(', ')}`);
  const reason = 'run' in members ? `its run is ${kindOf(members.run)}` : found;
  return `The entry module does not have a run() function defined: ${reason}.`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return /^[aeiou]/.test(typeof value) ? `an ${typeof value}` : `a ${typeof value}`;
}
