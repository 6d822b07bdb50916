// Calls a host on loopback until it closes its listener: load-main REQUEST_FILE CONNECTIONS. Says `busy` when all connections
// are, and at the end, as JSON, what became of the calls.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeepAliveLoad } from '../support/keep-alive-load.js';

const [, , file = '', connections = '1'] = process.argv;
const load = new KeepAliveLoad(5001, Number(connections), readFileSync(file));
while (load.answered < 20 * Number(connections)) await sleep(5);
console.log('busy');
const { statuses, lost, refused } = await load.result();
console.log(JSON.stringify({ statuses: [...statuses.keys()], lost, refused }));
