import { describe, expect, it } from 'vitest';
import { allSettings, serveHelp, settingsMarkdown } from '../../../src/runtime/config/help.js';

describe('the table of settings', () => {
  const all = allSettings();

  it('names each variable and each flag once', () => {
    const names = [
      ...all.map(({ env }) => env),
      ...all.flatMap(({ flag }) => (flag ? [flag.replaceAll('_', '-')] : [])),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(all)('$env: its default is one of its values, and its help is a sentence', (setting) => {
    expect(setting.parse(asText(setting.default))).toEqual(setting.default);
    expect(setting.help).toMatch(/^[A-Z].*[.)]$/s);
  });

  it('is told whole by --help and by the page', () => {
    const rows = settingsMarkdown().split('\n').slice(2);
    expect(rows).toHaveLength(all.length);
    for (const [i, { env, flag, help }] of all.entries()) {
      expect(rows[i]).toContain(`| \`${env}\` |${flag ? ` \`--${flag}\`` : ' '}`);
      expect(serveHelp()).toContain(`${env}\n      ${help}\n`);
    }
  });
});

/** As the environment would have it. */
function asText(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
