import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { asError, HostError } from '../../errors.js';
import type { Setting } from './setting.js';
import { type Config, configFileSetting, settings } from './settings.js';

/** What a command line of `scorehost serve` asks for. */
export interface CommandLine {
  readonly config: Config;
  readonly help: boolean;
  /** Only check settings and entry module, then exit. */
  readonly check: boolean;
}

/** Where values come from, the strongest first. */
interface Sources {
  readonly flags: Readonly<Record<string, string>>;
  readonly env: NodeJS.ProcessEnv;
  readonly file: Readonly<Record<string, unknown>>;
  readonly filePath: string;
}

/**
 * Reads all settings once: command line, then environment, then config file, then default.
 *
 * @param args - What follows `scorehost serve`.
 * @throws {HostError} `USAGE_INVALID` or `SETTING_INVALID`, naming the setting, its source, the value and the range.
 */
export async function readConfig(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<CommandLine> {
  const { flags, entry, help, check } = parseCommandLine(args);
  const appRoot = resolve(env[settings.entry.appRoot.env] || '.');
  const filePath = resolve(appRoot, flags[flagOf(configFileSetting)] ?? env[configFileSetting.env] ?? 'config.json');
  const sources: Sources = {
    flags: entry === undefined ? flags : { ...flags, [flagOf(settings.entry.entry)]: entry },
    env,
    file: await readConfigFile(filePath),
    filePath,
  };
  return { config: freeze(readSections(sources)), help, check };
}

/** Flags are matched with `_` and `-` alike. */
function flagOf(setting: { readonly flag?: string }): string {
  return setting.flag?.replaceAll('_', '-') ?? '';
}

function parseCommandLine(args: readonly string[]) {
  const all: Setting<unknown>[] = [
    configFileSetting,
    ...Object.values(settings).flatMap((section) => Object.values(section)),
  ];
  const names = all.map(flagOf).filter((name) => name !== '');
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values, positionals } = parseArgs({
      args: args.map((arg) => arg.replace(/^--[^=]+/, (name) => name.replaceAll('_', '-'))),
      options: { ...options, help: { type: 'boolean', short: 'h' }, check: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new Error(`one ENTRY is served, got ${positionals.join(' ')}`);
    const {
      help = false,
      check = false,
      ...flags
    } = values as Record<string, string> & { help?: boolean; check?: boolean };
    return { flags: flags as Record<string, string>, entry: positionals[0], help, check };
  } catch (error) {
    throw new HostError('USAGE_INVALID', `${asError(error).message}\nSee scorehost serve --help.`);
  }
}

/** A missing or empty file is no file, as in the reference. */
async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  if (!existsSync(path)) return {};
  const content = readFileSync(path, 'utf8');
  if (content.trim() === '') return {};
  // YAML contains JSON; the parser is only loaded by those who have a file.
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(content);
  } catch (error) {
    throw new HostError('SETTING_INVALID', `Cannot read the config file ${path}: ${asError(error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new HostError('SETTING_INVALID', `Cannot read the config file ${path}: it must be an object of settings.`);
}

function readSections(sources: Sources): Config {
  const sections = Object.entries(settings).map(([section, table]) => {
    const values = Object.entries(table as Record<string, Setting<unknown>>).map(([name, setting]) => [
      name,
      readSetting(setting, sources),
    ]);
    return [section, Object.fromEntries(values)];
  });
  return Object.fromEntries(sections) as Config;
}

function readSetting(setting: Setting<unknown>, { flags, env, file, filePath }: Sources): unknown {
  const flag = flagOf(setting);
  if (flags[flag] !== undefined) return parseValue(setting, flags[flag], `--${setting.flag}`, 'USAGE_INVALID');
  const fromEnv = env[setting.env];
  if (fromEnv !== undefined && fromEnv !== '')
    return parseValue(setting, fromEnv, 'the environment', 'SETTING_INVALID');
  const fromFile = file[setting.env];
  if (fromFile === undefined || fromFile === null) return setting.default;
  return parseValue(setting, String(fromFile), filePath, 'SETTING_INVALID');
}

function parseValue(
  setting: Setting<unknown>,
  text: string,
  source: string,
  code: 'USAGE_INVALID' | 'SETTING_INVALID',
) {
  const value = setting.parse(text.trim());
  if (value !== undefined) return value;
  throw new HostError(code, `${setting.env} from ${source} is '${text}', but must be ${setting.range}.`);
}

function freeze(config: Config): Config {
  for (const section of Object.values(config)) Object.freeze(section);
  return Object.freeze(config);
}
