import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { asError, HostError } from '../../errors.js';
import type { CollectConfig, Config } from '../config/settings.js';
import { settings } from '../config/settings.js';
import type { CollectRules } from './collect-rules.js';
import { readMdcConfig } from './mdc-config.js';
import { findStoragePackage, notInstalled } from './storage-package.js';

/** Where records go. */
export type SinkPlan =
  | { readonly kind: 'folder'; readonly folder: string; readonly container: string }
  | {
      readonly kind: 'blob';
      /** The file of `@azure/storage-blob` to import. */
      readonly packagePath: string;
      readonly container: string;
      /** A secret. */
      readonly connectionString: string;
      /** Read again when the account refuses the string before. */
      readonly connectionFile: string;
    };

export type CollectFormat = CollectConfig['format'];

/** What paths and events say of the service. */
export interface CollectNames {
  /** `subscription/resource group/workspace` */
  readonly workspace: string;
  readonly service: string;
  readonly endpoint: string;
  readonly deployment: string;
  /** Of this host among its replicas. */
  readonly instance: string;
  /** `scorehost/0.1.0` */
  readonly agent: string;
}

/** What the process that writes records is told. */
export interface WriterPlan {
  readonly sink: SinkPlan;
  readonly format: CollectFormat;
  readonly names: CollectNames;
  /** Bytes of records that wait. */
  readonly bufferBytesMax: number;
}

/** What all is to be done: the settings, and what these leave to files and packages. */
export interface CollectPlan extends WriterPlan {
  readonly rules: CollectRules;
  /** Of requests, in lower case. */
  readonly captureHeaders: readonly string[];
}

/**
 * @param packageFolders - Where an optional package may be, besides the host's own.
 * @returns undefined where nothing is to be collected.
 * @throws {HostError} `SETTING_INVALID` for settings that contradict each other, files that cannot be read, and a package
 *   that is not installed.
 */
export function collectPlan(
  { collect, service }: Config,
  packageFolders: readonly string[],
  agent: string,
): CollectPlan | undefined {
  if (!isOn(collect)) return undefined;
  const sink = sinkPlan(collect, packageFolders);
  if (!sink) return undefined;
  const mdc = collect.configPath === '' ? undefined : readMdcConfig(resolve(collect.configPath));
  const name = service.name === settings.service.name.default ? 'default' : service.name;
  return {
    sink,
    format: collect.format,
    names: {
      workspace: collect.workspace,
      service: name,
      endpoint: collect.endpoint || name,
      deployment: collect.deployment,
      instance: hostname(),
      agent,
    },
    rules: {
      rates: mdc ? { request: 0, response: 0, ...mdc.rates } : automaticRates(collect),
      otherRate: mdc ? 0 : collect.samplingRate,
      recordBytesMax: collect.recordBytesMax,
    },
    captureHeaders: mdc?.captureHeaders ?? [],
    bufferBytesMax: collect.bufferBytesMax,
  };
}

/** Whether collection is switched on, with or without somewhere to write to. */
export function isOn({ enabled, enabledThere, configPath }: CollectConfig): boolean {
  return enabled || enabledThere || configPath !== '';
}

function automaticRates({ automatic, samplingRate }: CollectConfig): Record<string, number> {
  return {
    request: automatic === 'inputs' || automatic === 'both' ? samplingRate : 0,
    response: automatic === 'outputs' || automatic === 'both' ? samplingRate : 0,
  };
}

function sinkPlan(collect: CollectConfig, packageFolders: readonly string[]): SinkPlan | undefined {
  const { folder, storage, storageFile, container } = collect;
  const given = Object.entries({
    SCOREHOST_COLLECT_FOLDER: folder,
    AML_MODEL_DC_STORAGE: storage,
    AML_MODEL_DC_STORAGE_FILE: storageFile,
  }).flatMap(([name, value]) => (value === '' ? [] : [name]));
  if (given.length === 0) return undefined;
  if (given.length > 1) {
    throw new HostError('SETTING_INVALID', `Data is collected to one place, but ${given.join(' and ')} are set.`, {
      fix: 'Set one of them.',
    });
  }
  if (folder !== '') return { kind: 'folder', folder: resolve(folder), container };
  if (!CONTAINER.test(container)) throw wrongContainer(container);
  const packagePath = findStoragePackage(packageFolders);
  if (packagePath === undefined) throw notInstalled(packageFolders);
  const connectionFile = storageFile === '' ? '' : resolve(storageFile);
  const connectionString = connectionFile === '' ? storage : readConnection(connectionFile);
  if (!/(?:^|;)\s*(?:AccountName|BlobEndpoint|UseDevelopmentStorage)=/i.test(connectionString)) {
    throw new HostError('SETTING_INVALID', `${given[0]} is no connection string of a storage account.`, {
      fix: 'It has the form DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…;EndpointSuffix=core.windows.net',
    });
  }
  return { kind: 'blob', packagePath, container, connectionString, connectionFile };
}

/** @throws {HostError} `SETTING_INVALID` */
function readConnection(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new HostError('SETTING_INVALID', `Cannot read AML_MODEL_DC_STORAGE_FILE: ${asError(error).message}`, {
      fix: 'Name a file that this user can read.',
    });
  }
}

/** Names of containers, as Azure has it: 3 to 63 of these, no two dashes beside each other. */
const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

function wrongContainer(container: string): HostError {
  return new HostError(
    'SETTING_INVALID',
    `SCOREHOST_COLLECT_CONTAINER is '${container}', which no container can be named.`,
    {
      fix: 'Use 3 to 63 lower-case letters, digits and single dashes between them.',
    },
  );
}
