import { type AuthConfig, authSettings } from './sections/auth.js';
import { type CollectConfig, collectSettings } from './sections/collect.js';
import { type EntryConfig, entrySettings } from './sections/entry.js';
import { type HttpConfig, httpSettings } from './sections/http.js';
import { type LogConfig, logSettings } from './sections/log.js';
import { type ModelsConfig, modelsSettings } from './sections/models.js';
import { type PoolConfig, poolSettings } from './sections/pool.js';
import { type ServiceConfig, serviceSettings } from './sections/service.js';
import { type TlsConfig, tlsSettings } from './sections/tls.js';
import { type TracingConfig, tracingSettings } from './sections/tracing.js';
import { type Settings, text } from './setting.js';

export type {
  AuthConfig,
  CollectConfig,
  EntryConfig,
  HttpConfig,
  LogConfig,
  ModelsConfig,
  PoolConfig,
  ServiceConfig,
  TlsConfig,
  TracingConfig,
};

/** Everything the host is told, by the part it concerns. */
export interface Config {
  readonly entry: EntryConfig;
  readonly service: ServiceConfig;
  readonly models: ModelsConfig;
  readonly pool: PoolConfig;
  readonly http: HttpConfig;
  readonly auth: AuthConfig;
  readonly tls: TlsConfig;
  readonly collect: CollectConfig;
  readonly log: LogConfig;
  readonly tracing: TracingConfig;
}

/** Every setting there is: flags, variables, config file, `--help` and `docs/configuration.md` come from here. */
export const settings: { readonly [Section in keyof Config]: Settings<Config[Section]> } = {
  entry: entrySettings,
  service: serviceSettings,
  models: modelsSettings,
  pool: poolSettings,
  http: httpSettings,
  auth: authSettings,
  tls: tlsSettings,
  collect: collectSettings,
  log: logSettings,
  tracing: tracingSettings,
};

/** The config file itself: read before the others, by `read.ts` alone. */
export const configFileSetting = text({
  env: 'AZUREML_CONFIG_FILE',
  flag: 'config_file',
  default: '',
  help: 'JSON or YAML file of settings by their variable names. Default: config.json in the app root, if there.',
});
