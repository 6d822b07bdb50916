import { type ErrorEntry, errorTable } from '../src/errors.js';
import { settingsMarkdown } from '../src/runtime/config/help.js';

/** The pages of docs/ that are made from the tables of src/, by their names. */
export const docsPages: Readonly<Record<string, () => string>> = {
  'configuration.md': () => `# Configuration

<!-- Made by npm run docs from the tables in src/runtime/config/settings.ts. -->

Each setting has a variable, and some a flag. The first of these that has a value wins:

1. the flag, as \`--worker_count 2\`, \`--worker-count 2\` or \`--worker_count=2\`
2. the variable, unless it is empty
3. the config file
4. the default

The config file is JSON or YAML, with the settings by their variables. It is named by \`--config_file\` or
\`AZUREML_CONFIG_FILE\`; without, \`config.json\` in the app root is read if it is there. Of a file that was named, keys
that are no settings are told in the log.

\`\`\`yaml
WORKER_COUNT: 2
SCORING_TIMEOUT_MS: 10000
AML_CORS_ORIGINS:
  - https://app.example
\`\`\`

A value out of range stops the start: exit code 1 for a flag, 3 for a variable or the file. The message names the setting,
where its value came from, the value and the range. \`scorehost serve ENTRY --check\` tells without serving.

${settingsMarkdown()}
`,

  'errors.md': () => `# Errors

<!-- Made by npm run docs from the table in src/errors.ts. -->

An error reply has this body; \`details\` and the JSON pointer in it only where a part of the input is to blame. The log has
the line of the call, and of an error in \`run\` its stack, under \`requestId\`, which is also the header \`x-request-id\`.

\`\`\`json
{
  "message": "/data/0/1: expected a number or null, got \\"x\\".",
  "code": "INPUT_INVALID",
  "details": [{ "path": "/data/0/1", "message": "expected a number or null, got \\"x\\"" }],
  "requestId": "0f8fad5b-d9cb-469f-a165-70867728950e"
}
\`\`\`

## Replies

${table(['code', 'status', 'meaning', 'fix'], rowsOf('status'))}

## Starts that fail

The process ends with the exit code, and a report on stderr.

${table(['code', 'exit code', 'meaning', 'fix'], rowsOf('exitCode'))}
`,
};

/** The errors that have a status, or an exit code. */
function rowsOf(field: 'status' | 'exitCode'): string[][] {
  const entries: [string, ErrorEntry][] = Object.entries(errorTable);
  return entries
    .filter(([, entry]) => entry[field] !== undefined)
    .map(([code, entry]) => [`\`${code}\``, String(entry[field]), entry.meaning, entry.fix]);
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
