import type { Reason } from './difference.js';

/** A difference that no recorded request can show, and what holds it: a file of this repository. */
export interface BeyondReplay {
  readonly id: string;
  readonly reason: Reason;
  readonly heldBy: string;
}

/** They stand in `docs/compatibility.md` beside those of the replay. */
export const beyondReplay: readonly BeyondReplay[] = [
  { id: 'error-fields', reason: 'wording', heldBy: 'test/contract/our-reply.ts' },
  { id: 'json-spelling', reason: 'wording', heldBy: 'test/contract/compare.ts' },
  { id: 'server-version', reason: 'wording', heldBy: 'test/contract/compare.ts' },
  { id: 'readiness-route', reason: 'defect', heldBy: 'src/runtime/http/routes/health.ts' },
  { id: 'keep-alive', reason: 'defect', heldBy: 'test/faults/drain.test.ts' },
  { id: 'keys-and-tokens', reason: 'defect', heldBy: 'test/wire/auth.test.ts' },
  { id: 'https', reason: 'defect', heldBy: 'test/wire/tls.test.ts' },
  { id: 'half-close-is-leaving', reason: 'http-stack', heldBy: 'src/runtime/http/exchange.ts' },
  { id: 'body-limit', reason: 'defect', heldBy: 'src/runtime/http/body.ts' },
  { id: 'busy-is-429', reason: 'defect', heldBy: 'src/runtime/pool/admission.ts' },
  { id: 'caller-timeout', reason: 'http-stack', heldBy: 'src/runtime/http/routes/score.ts' },
  { id: 'starting-is-503', reason: 'defect', heldBy: 'src/runtime/pool/pool.ts' },
  { id: 'deadline-of-a-minute', reason: 'defect', heldBy: 'src/runtime/config/sections/pool.ts' },
  { id: 'shortest-float32', reason: 'defect', heldBy: 'src/schema/json/numbers/float32-text.ts' },
  { id: 'init-is-optional', reason: 'language', heldBy: 'test/wire/contract-start.test.ts' },
  { id: 'any-parameters', reason: 'language', heldBy: 'test/wire/contract-start.test.ts' },
  { id: 'async-init', reason: 'defect', heldBy: 'src/runtime/worker/main.ts' },
  { id: 'request-headers', reason: 'language', heldBy: 'test/contract/entries/want_headers.ts' },
  { id: 'raw-per-entry', reason: 'defect', heldBy: 'src/schema/decorators.ts' },
  { id: 'no-driver-module', reason: 'language', heldBy: 'src/runtime/worker/entry/load-entry.ts' },
  { id: 'entry-by-environment', reason: 'defect', heldBy: 'test/wire/contract-start.test.ts' },
  { id: 'help-is-no-failure', reason: 'defect', heldBy: 'test/wire/contract-start.test.ts' },
  { id: 'bad-variable-is-3', reason: 'defect', heldBy: 'test/wire/contract-start.test.ts' },
  { id: 'config-file-keys', reason: 'defect', heldBy: 'src/runtime/config/read.ts' },
  { id: 'data-collection-switch', reason: 'defect', heldBy: 'test/runtime/collect/collect-plan.test.ts' },
  { id: 'log-level', reason: 'defect', heldBy: 'src/runtime/config/settings.ts' },
  { id: 'gunicorn-settings', reason: 'http-stack', heldBy: 'src/runtime/config/settings.ts' },
  { id: 'python-settings', reason: 'language', heldBy: 'src/runtime/config/settings.ts' },
  { id: 'log-lines', reason: 'wording', heldBy: 'test/runtime/http/access-log.test.ts' },
  { id: 'ids-in-logs', reason: 'defect', heldBy: 'test/wire/results.test.ts' },
  { id: 'levels-of-user-lines', reason: 'defect', heldBy: 'test/wire/results.test.ts' },
  { id: 'ids-in-telemetry', reason: 'defect', heldBy: 'test/wire/app-insights.test.ts' },
  { id: 'telemetry-requests', reason: 'wording', heldBy: 'test/wire/app-insights.test.ts' },
  { id: 'telemetry-of-streams', reason: 'defect', heldBy: 'test/wire/app-insights.test.ts' },
  { id: 'no-model-data-in-telemetry', reason: 'defect', heldBy: 'src/runtime/telemetry/tracing/app-insights.ts' },
];
