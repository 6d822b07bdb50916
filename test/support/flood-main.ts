// The process of flood(): it shares two cores with the host, so it does as little as it can.
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FloodOptions, FloodResult, Latencies } from './flood.js';

const TICK_MS = 1;
/** How long the last answers may take. */
const TAIL_MS = 2_000;

const options = JSON.parse(process.argv[3] as string) as FloodOptions;
const request = Buffer.from(options.request);
const startedAtMs = performance.now();
const countFromMs = startedAtMs + options.warmUpMs;
const endMs = startedAtMs + options.ms;

const idle: Connection[] = [];
const statuses: Record<string, number> = {};
const [goodMs, refusedMs]: [number[], number[]] = [[], []];
let [sent, lost, unsent, withoutRetryAfter, out, goodInTime] = [0, 0, 0, 0, 0, 0];

/** A connection, and the one call that is out on it. */
class Connection {
  #socket: Socket = this.#open();
  #received = '';
  #sentAtMs = 0;
  #firstByteAtMs = 0;

  send(): void {
    this.#received = '';
    this.#sentAtMs = performance.now();
    out++;
    if (this.#counts) sent++;
    this.#socket.write(request);
  }

  #open(): Socket {
    const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
    socket.setEncoding('latin1').on('data', (text: string) => this.#onData(text));
    socket.on('error', () => {});
    socket.on('close', () => {
      lost++;
      if (performance.now() < endMs) this.#socket = this.#open();
    });
    return socket;
  }

  get #counts(): boolean {
    return this.#sentAtMs >= countFromMs;
  }

  #onData(text: string): void {
    if (this.#received === '') this.#firstByteAtMs = performance.now();
    this.#received += text;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#received)?.[1];
    if (this.#received.length < headEnd + 4 + Number(length)) return;
    out--;
    this.#count(this.#received.slice(9, 12), this.#received.slice(0, headEnd));
    if (performance.now() >= endMs) return;
    if (options.callsPerSecond > 0) idle.push(this);
    else this.send();
  }

  #count(status: string, head: string): void {
    if (status === '200' && this.#firstByteAtMs >= countFromMs && this.#firstByteAtMs < endMs) goodInTime++;
    if (!this.#counts) return;
    statuses[status] = (statuses[status] ?? 0) + 1;
    const ms = this.#firstByteAtMs - this.#sentAtMs;
    if (status === '200') goodMs.push(ms);
    if (status !== '429') return;
    refusedMs.push(ms);
    if (!/\r\nretry-after: \d/i.test(head)) withoutRetryAfter++;
  }
}

function latencies(values: readonly number[]): Latencies {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Sends what is due since the last tick, whatever has been answered. */
async function sendAtRate(): Promise<void> {
  let due = 0;
  for (let now = startedAtMs; now < endMs; now = performance.now()) {
    const wanted = ((now - startedAtMs) / 1_000) * options.callsPerSecond;
    for (; due < wanted; due++) {
      const connection = idle.shift(); // in turn: the host closes one that never asks for anything
      if (connection) connection.send();
      else if (now >= countFromMs) unsent++;
    }
    await sleep(TICK_MS);
  }
}

const connections = Array.from({ length: options.connections }, () => new Connection());
if (options.callsPerSecond > 0) {
  idle.push(...connections);
  await sendAtRate();
} else {
  for (const connection of connections) connection.send();
  await sleep(options.ms);
}
for (const end = performance.now() + TAIL_MS; out > 0 && performance.now() < end; ) await sleep(5);
const goodPerSecond = (goodInTime * 1_000) / (options.ms - options.warmUpMs);
const [good, refused] = [latencies(goodMs), latencies(refusedMs)];
const result: FloodResult = { sent, statuses, goodPerSecond, good, refused, withoutRetryAfter, lost, unsent };
process.stdout.write(JSON.stringify(result), () => process.exit());
