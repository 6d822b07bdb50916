#!/usr/bin/env node
import { serve } from './serve.js';

/** The command `scorehost`: one file per subcommand. */

const USAGE = `Usage: scorehost serve [ENTRY] [options]

Serves an entry module over HTTP: POST /score calls its run().

  scorehost serve path/to/score.ts    serve this file
  scorehost serve --help              all settings
  scorehost --version                 the version
`;

const [command, ...args] = process.argv.slice(2);
if (command === 'serve') await serve(args);
else if (command === '--version') process.stdout.write(`${(await import('../runtime/host.js')).SERVER_VERSION}\n`);
else if (command === undefined || command === '--help' || command === '-h' || command === 'help')
  process.stdout.write(USAGE);
else {
  process.stderr.write(`scorehost: there is no command '${command}'.\n\n${USAGE}`);
  process.exitCode = 1;
}
