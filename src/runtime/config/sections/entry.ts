import { flag, integer, type Settings, text } from '../setting.js';

/** What is served, and from where. */
export interface EntryConfig {
  readonly entry: string;
  readonly appRoot: string;
  readonly sourceDirectory: string;
  readonly modelDir: string;
  readonly jsonDepthMax: number;
  readonly strictOutput: boolean;
}

export const entrySettings: Settings<EntryConfig> = {
  entry: text({
    env: 'AZUREML_ENTRY_SCRIPT',
    flag: 'entry_script',
    default: '',
    help: 'Entry module or model: a file, or a folder with score.*, main.* or one model. The argument ENTRY wins. Without both, the app root.',
  }),
  appRoot: text({
    env: 'AML_APP_ROOT',
    default: '',
    help: 'Folder that a relative entry module starts from, and that has azureml-models/ in it. Default: the current one.',
  }),
  sourceDirectory: text({
    env: 'AZUREML_SOURCE_DIRECTORY',
    default: '',
    help: 'Folder below the app root that a relative entry module starts from.',
  }),
  modelDir: text({
    env: 'AZUREML_MODEL_DIR',
    flag: 'model_dir',
    default: '',
    help: 'Folder that modelPath() looks in first. Its model is served where no ENTRY is given and the app root has none.',
  }),
  jsonDepthMax: integer({
    env: 'SCOREHOST_JSON_DEPTH_MAX',
    default: 100,
    min: 1,
    max: 1000,
    help: 'Arrays and objects that may lie inside each other in a JSON body.',
  }),
  strictOutput: flag({
    env: 'SCOREHOST_STRICT_OUTPUT',
    default: false,
    help: 'Hold each result to the output schema: 500 where it differs. For tests and development, as it takes time.',
  }),
};
