import { InputReader } from '../../schema/input-reader.js';
import type { JsonLimits } from '../../schema/json/parse.js';
import { placeCalls } from './batch/run-group.js';
import { errorText } from './entry/error-text.js';
import type { EntryModule } from './entry/load-entry.js';
import { CallContext, type LogSink, StackedCalls } from './request-context.js';

/**
 * Calls what the author of an entry module has for it, and `run` itself only where a setting asks for that: user code that
 * is called unasked may charge an account or write a row. What fails here is told and stops nothing; what must succeed
 * belongs in `init()`.
 *
 * @param withRun - Whether `run` is called once with the examples of its inputs.
 */
export async function warmUp(entry: EntryModule, withRun: boolean, limits: JsonLimits, log: LogSink): Promise<void> {
  await tried('warmup()', entry.warmup);
  if (!withRun) return;
  if (entry.schema.kind === 'typed') return tried('the warm-up of run()', () => runExample(entry, limits, log));
  console.warn(
    'SCOREHOST_WARM_UP=run has no effect: run() has no schema with an example that it could be called with.',
  );
}

/** As a call that brings the example of its document. */
async function runExample({ run, schema, batch }: EntryModule, limits: JsonLimits, log: LogSink): Promise<void> {
  const values = new Map(schema.inputs.map(({ name, type }) => [name, type.jsonSchema.example]));
  const args = new InputReader(schema.inputs, limits).fromValues(values);
  const head = {
    requestId: 'warm-up',
    method: 'POST',
    target: '/score',
    headers: ['content-type', 'application/json'],
  };
  const context = new CallContext(head, log);
  placeCalls([{ args, context }]);
  await (batch ? new StackedCalls([context]) : context).enter(() => run(...args));
}

async function tried(what: string, call: (() => unknown) | undefined): Promise<void> {
  try {
    await call?.();
  } catch (thrown) {
    console.error(`${what} failed, calls are taken all the same: ${errorText(thrown)}`);
  }
}
