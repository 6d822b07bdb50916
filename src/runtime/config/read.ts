import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { asError, HostError } from '../../errors.js';
import { allSettings } from './help.js';
import { OBJECT_RANGE, type Setting } from './setting.js';
import { type Config, configFileSetting, settings } from './settings.js';

/** What a command line of `scorehost serve` asks for. */
export interface CommandLine {
  readonly config: Config;
  readonly help: boolean;
  /** The argument ENTRY, where there is one. */
  readonly entry: string | undefined;
  /** Only check settings and entry module, then exit. */
  readonly check: boolean;
  /** Load the entry module again when its files change. */
  readonly watch: boolean;
  /** What looks like a mistake, but stops nothing. */
  readonly warnings: readonly string[];
}

/** A config file: its values as text, by the variables of the settings. */
interface ConfigFile {
  readonly path: string;
  readonly values: ReadonlyMap<string, string>;
}

/** Where values come from, the strongest first. */
interface Sources {
  readonly flags: Readonly<Record<string, string>>;
  readonly env: NodeJS.ProcessEnv;
  readonly file: ConfigFile;
}

/**
 * Reads all settings once: command line, then environment, then config file, then default.
 *
 * @param args - What follows `scorehost serve`.
 * @throws {HostError} `USAGE_INVALID` or `SETTING_INVALID`, naming the setting, its source, the value and the range.
 */
export async function readConfig(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<CommandLine> {
  const { flags, ...asked } = parseCommandLine(args);
  const { entry, help } = asked;
  // Whoever asks for help may have a value that is wrong.
  if (help) return { config: readSections(NO_SOURCES), ...asked, warnings: [] };
  const appRoot = resolve(env[settings.entry.appRoot.env] || '.');
  const named = flags[flagOf(configFileSetting)] || env[configFileSetting.env];
  const file = await readConfigFile(resolve(appRoot, named || 'config.json'));
  const sources: Sources = {
    flags: entry === undefined ? flags : { ...flags, [flagOf(settings.entry.entry)]: entry },
    env: flags[flagOf(settings.tracing.instrumentationKey)] === undefined ? env : { ...env, ...APP_INSIGHTS_ON },
    file,
  };
  const warnings = [
    ...unknownVariables(env),
    ...emptySecrets(env),
    ...(named ? unusedKeys(file) : []),
    ...pythonLogging(appRoot),
  ];
  return { config: readSections(sources), ...asked, warnings };
}

const objectSettings = new Set(allSettings().flatMap(({ env, range }) => (range === OBJECT_RANGE ? [env] : [])));

/** As in the reference, whoever gives the key by its flag wants it used. */
const APP_INSIGHTS_ON = { [settings.tracing.appInsights.env]: 'true' };

const NO_SOURCES: Sources = { flags: {}, env: {}, file: { path: '', values: new Map() } };

/** The prefix is the host's own: what has it and is no setting is mistyped. */
function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  const known = new Set(allSettings().map((setting) => setting.env));
  return Object.keys(env)
    .filter((name) => name.startsWith('SCOREHOST_') && !known.has(name))
    .map((name) => `${name} in the environment is no setting, and is ignored: see --help.`);
}

/** An empty variable is none, but that of a key was meant to have one: whoever relies on it must hear that nobody asks. */
function emptySecrets(env: NodeJS.ProcessEnv): string[] {
  return allSettings()
    .filter(({ env: name, secret }) => (secret || /_KEY_FILE$/.test(name)) && env[name] === '')
    .map(({ env: name }) => `${name} is set, but empty: it counts as not set.`);
}

/** Only of a file that was named: a config.json that lies in the app root may be about something else. */
function unusedKeys({ path, values }: ConfigFile): string[] {
  if (!existsSync(path)) return [`The config file ${path} does not exist: all other settings hold.`];
  const known = new Set(allSettings().map(({ env }) => env));
  return [...values.keys()]
    .filter((key) => !known.has(key))
    .map(
      (key) => `${key} in ${path} is no setting, and is ignored: settings are named by their variables, see --help.`,
    );
}

/** The reference gives it to Python's `logging`. */
function pythonLogging(appRoot: string): string[] {
  const path = resolve(appRoot, 'logging.json');
  if (!existsSync(path)) return [];
  return [
    `${path} sets up the logging of Python, and has no meaning here: see AZUREML_LOG_LEVEL, SCOREHOST_LOG_FORMAT.`,
  ];
}

/** Flags are matched with `_` and `-` alike. */
function flagOf(setting: { readonly flag?: string }): string {
  return setting.flag?.replaceAll('_', '-') ?? '';
}

function parseCommandLine(args: readonly string[]) {
  const names = allSettings()
    .map(flagOf)
    .filter((name) => name !== '');
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values, positionals } = parseArgs({
      args: args.map((arg) => arg.replace(/^--[^=]+/, (name) => name.replaceAll('_', '-'))),
      options: {
        ...options,
        help: { type: 'boolean', short: 'h' },
        check: { type: 'boolean' },
        watch: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new Error(`One ENTRY is served, got ${positionals.join(' ')}.`);
    const {
      help = false,
      check = false,
      watch = false,
      ...flags
    } = values as Record<string, string> & { help?: boolean; check?: boolean; watch?: boolean };
    return { flags: flags as Record<string, string>, entry: positionals[0], help, check, watch };
  } catch (error) {
    throw new HostError('USAGE_INVALID', usageProblem(asError(error)));
  }
}

/** Node's advice on how to pass what looks like a flag is of no use to whoever mistyped one. */
function usageProblem({ message }: Error): string {
  const [, unknown] = /^Unknown option '(.*?)'/.exec(message) ?? [];
  const [, valueless] = /^Option '(--[^ ']+).*' argument (?:missing|is ambiguous)/.exec(message) ?? [];
  if (unknown !== undefined) return `There is no flag ${unknown}.`;
  return valueless === undefined ? message : `The flag ${valueless} needs a value, as in ${valueless}=VALUE.`;
}

/** A missing or empty file is no file, as in the reference. */
async function readConfigFile(path: string): Promise<ConfigFile> {
  const content = textOf(path);
  if (content.trim() === '') return { path, values: new Map() };
  // YAML contains JSON; the parser is only loaded by those who have a file.
  const { isMap, isScalar, isSeq, parseDocument } = await import('yaml');
  const document = parseDocument(content);
  const [error] = document.errors;
  if (error) throw unreadable(path, withoutSecrets(error.message, content));
  const { contents } = document;
  if (contents === null) return { path, values: new Map() };
  if (!isMap(contents)) throw unreadable(path, 'it must be an object of settings.');
  const values = contents.items.map(({ key, value }): [string, string | undefined] => {
    if (isSeq(value)) return [String(key), value.toJSON().join(',')];
    // A setting that is an object may be one here.
    if (isMap(value) && objectSettings.has(String(key))) return [String(key), JSON.stringify(value)];
    if (!isScalar(value)) throw unreadable(path, `${key} must be a text, a number, true, false or a list.`);
    // A number as it is written: the version 1.0 is not 1.
    return [String(key), typeof value.value === 'number' ? value.source : (value.value?.toString() ?? undefined)];
  });
  return { path, values: new Map(values.filter((pair): pair is [string, string] => pair[1] !== undefined)) };
}

/** What the parser says shows the line that is wrong, and that may be the one with a secret. */
function withoutSecrets(message: string, content: string): string {
  const holdsSecret = allSettings().some(({ env, secret }) => secret && content.includes(env));
  return holdsSecret ? (message.split(':\n', 1)[0] as string) : message;
}

function textOf(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  } catch (error) {
    throw unreadable(path, asError(error).message);
  }
}

function unreadable(path: string, reason: string): HostError {
  return new HostError('SETTING_INVALID', `Cannot read the config file ${path}: ${reason}`, {
    fix: 'Write a JSON or YAML object of settings by their variables, such as {"WORKER_COUNT": 2}.',
  });
}

function readSections(sources: Sources): Config {
  const sections = Object.entries(settings).map(([section, table]) => {
    const values = Object.entries(table as Record<string, Setting<unknown>>).map(([name, setting]) => [
      name,
      readSetting(setting, sources),
    ]);
    return [section, Object.freeze(Object.fromEntries(values))];
  });
  return Object.freeze(Object.fromEntries(sections)) as Config;
}

function readSetting(setting: Setting<unknown>, { flags, env, file }: Sources): unknown {
  const flag = flags[flagOf(setting)];
  if (flag !== undefined) return parseValue(setting, flag, `--${setting.flag}`, 'USAGE_INVALID');
  const fromEnv = env[setting.env];
  if (fromEnv !== undefined && fromEnv !== '') {
    return parseValue(setting, fromEnv, 'the environment', 'SETTING_INVALID');
  }
  const fromFile = file.values.get(setting.env);
  if (fromFile === undefined) return setting.default;
  return parseValue(setting, fromFile, file.path, 'SETTING_INVALID');
}

function parseValue(
  setting: Setting<unknown>,
  text: string,
  source: string,
  code: 'USAGE_INVALID' | 'SETTING_INVALID',
) {
  const { env, range, defaultText, secret } = setting;
  const value = setting.parse(text.trim());
  if (value !== undefined) return value;
  const is = secret ? 'has a value that is not shown' : `is '${text}'`;
  throw new HostError(code, `${env} from ${source} ${is}, but must be ${range}.`, {
    fix: `Give a value in that range, or none for the default, ${defaultText}.`,
  });
}
