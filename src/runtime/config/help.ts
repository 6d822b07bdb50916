import type { Setting } from './setting.js';
import { configFileSetting, settings } from './settings.js';

/** All settings in the order they are told about. */
export function allSettings(): Setting<unknown>[] {
  const [entry, ...others] = Object.values(settings).map((section) => Object.values(section) as Setting<unknown>[]);
  return [...(entry ?? []), configFileSetting, ...others.flat()];
}

/** What `scorehost serve --help` prints: every setting with its variable and default. */
export function serveHelp(): string {
  const rows = allSettings().map(({ env, flag, help, range, defaultText }) => {
    const name = flag ? `--${flag} VALUE, ${env}` : env;
    return `  ${name}\n      ${help}\n      ${range}; default: ${defaultText}`;
  });
  return [
    'Usage: scorehost serve [ENTRY] [options]',
    '',
    'Serves an entry module: a file, or a folder with score.* or main.* (.ts, .mts, .cts, .js, .mjs, .cjs). Or a model: an',
    '.onnx file, a SavedModel folder, the model.json of TensorFlow.js, or a folder with one of them in it.',
    '',
    '  --check     Check the settings, load the entry module or model, and exit.',
    '  --watch     Development: load the entry module or model again when its files change.',
    '  --help, -h  This text.',
    '',
    'Settings, by flag, environment or config file; the first of them wins:',
    '',
    ...rows,
  ].join('\n');
}

/** `docs/configuration.md`: the same table, for reading. */
export function settingsMarkdown(): string {
  const rows = allSettings().map(({ env, flag, help, range, defaultText }) => {
    const cells = [`\`${env}\``, flag ? `\`--${flag}\`` : '', defaultText, range, help];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| variable | flag | default | range | meaning |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}
