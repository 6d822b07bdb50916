import type { ModelReport } from './models/model-settings.js';
import type { Readiness } from './pool/staff.js';

/** A model that runs elsewhere than it should is told where an operator looks. */
export function withModels(readiness: Readiness, models: readonly ModelReport[]): Readiness {
  if (models.length === 0) return readiness;
  const fallbacks = models.flatMap(({ name, executionProvider, insteadOf }) =>
    insteadOf ? [`${name} runs on ${executionProvider} instead of ${insteadOf}`] : [],
  );
  return { ...readiness, reason: [readiness.reason, ...fallbacks].join('; '), models };
}
