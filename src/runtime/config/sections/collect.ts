import { decimal, flag, integer, oneOf, type Settings, secret, text } from '../setting.js';

/** Data collection: whether, where to, in which form, and how much. */
export interface CollectConfig {
  readonly enabled: boolean;
  /** By the name that works in the reference. */
  readonly enabledThere: boolean;
  /** The file that Azure ML writes for its own collector. */
  readonly configPath: string;
  readonly folder: string;
  /** A secret. */
  readonly storage: string;
  readonly storageFile: string;
  readonly container: string;
  readonly format: 'csv' | 'cloudevents';
  readonly automatic: 'off' | 'inputs' | 'outputs' | 'both';
  readonly samplingRate: number;
  readonly recordBytesMax: number;
  readonly bufferBytesMax: number;
  readonly workspace: string;
  readonly endpoint: string;
  readonly deployment: string;
}

const MEBIBYTE = 2 ** 20;

export const collectSettings: Settings<CollectConfig> = {
  enabled: flag({
    env: 'AML_MODEL_DC_STORAGE_ENABLED',
    default: false,
    help: 'Collect inputs and outputs, to SCOREHOST_COLLECT_FOLDER or AML_MODEL_DC_STORAGE: docs/data-collection.md.',
  }),
  enabledThere: flag({
    env: 'AML_MDC_STORAGE_ENABLED',
    default: false,
    help: 'The same, by the name that works in the reference.',
  }),
  configPath: text({
    env: 'AZUREML_MDC_CONFIG_PATH',
    default: '',
    help: 'JSON file that says which collections there are, and how much is sampled of each; it switches collection on.',
  }),
  folder: text({ env: 'SCOREHOST_COLLECT_FOLDER', default: '', help: 'Folder for what is collected.' }),
  storage: secret({
    env: 'AML_MODEL_DC_STORAGE',
    range: 'any text',
    parse: (value) => value,
    help: 'Connection string of the Azure storage account for what is collected. A secret: rather use the file.',
  }),
  storageFile: text({
    env: 'AML_MODEL_DC_STORAGE_FILE',
    default: '',
    help: 'File with that connection string. It is read again when the account refuses the one before.',
  }),
  container: text({
    env: 'SCOREHOST_COLLECT_CONTAINER',
    default: 'modeldata',
    help: 'Blob container for what is collected, and in csv the first folder of the path. It is made where it is not there.',
  }),
  format: oneOf({
    env: 'SCOREHOST_COLLECT_FORMAT',
    default: 'csv',
    values: ['csv', 'cloudevents'],
    help: 'CSV by model and day as Azure ML v1 has it, or JSON Lines of CloudEvents by collection and hour as v2 has it.',
  }),
  automatic: oneOf({
    env: 'SCOREHOST_COLLECT_AUTOMATIC',
    default: 'both',
    values: ['off', 'inputs', 'outputs', 'both'],
    help: 'What is collected of every call without code; AZUREML_MDC_CONFIG_PATH says it instead where it is set.',
  }),
  samplingRate: decimal({
    env: 'SCOREHOST_COLLECT_SAMPLING_RATE',
    default: 1,
    min: 0,
    max: 1,
    help: 'Share of the calls that are collected, chosen by request id.',
  }),
  recordBytesMax: integer({
    env: 'SCOREHOST_COLLECT_RECORD_BYTES_MAX',
    default: MEBIBYTE,
    min: 1,
    max: 16 * MEBIBYTE,
    help: 'Bytes of a record: its JSON, its body, or the elements of a tensor. A larger one is dropped and counted.',
  }),
  bufferBytesMax: integer({
    env: 'SCOREHOST_COLLECT_BUFFER_BYTES_MAX',
    default: 32 * MEBIBYTE,
    min: 0,
    help: 'Bytes of records that wait to be written; above it they are dropped and counted.',
  }),
  workspace: text({
    env: 'SCOREHOST_COLLECT_WORKSPACE',
    default: 'default/default/default',
    help: 'Subscription, resource group and workspace in paths and events.',
  }),
  endpoint: text({
    env: 'SCOREHOST_COLLECT_ENDPOINT',
    default: '',
    help: 'Endpoint in paths and events. Default: SERVICE_NAME, or default.',
  }),
  deployment: text({
    env: 'SCOREHOST_COLLECT_DEPLOYMENT',
    default: 'default',
    help: 'Deployment in paths and events.',
  }),
};
