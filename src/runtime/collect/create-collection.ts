import type { Config } from '../config/settings.js';
import type { Log } from '../telemetry/log.js';
import type { Secrets } from '../telemetry/secrets.js';
import { collectPlan, isOn } from './collect-plan.js';
import { Collection } from './collection.js';
import { connectionSecrets } from './connection-secrets.js';

/** What data collection needs of the host. */
export interface CollectionParts {
  /** Where an optional package may be, besides the host's own. */
  readonly packageFolders: readonly string[];
  /** `scorehost/0.1.0` */
  readonly agent: string;
  readonly log: Log;
  readonly secrets: Secrets;
}

/**
 * Data collection as the settings have it.
 *
 * @returns undefined where it is off, or has nowhere to write to, which the log says.
 * @throws {HostError} `SETTING_INVALID`
 */
export function createCollection(
  config: Config,
  { packageFolders, agent, log, secrets }: CollectionParts,
): Collection | undefined {
  secrets.set('data collection', connectionSecrets(config.collect.storage));
  const plan = collectPlan(config, packageFolders, agent);
  if (plan) {
    if (plan.sink.kind === 'blob') secrets.set('data collection', connectionSecrets(plan.sink.connectionString));
    return new Collection(plan, log);
  }
  if (isOn(config.collect)) {
    const where = 'set SCOREHOST_COLLECT_FOLDER, AML_MODEL_DC_STORAGE or AML_MODEL_DC_STORAGE_FILE';
    log.warn(`data collection is switched on, but has nowhere to write to, so nothing is collected: ${where}`);
  }
  return undefined;
}
