import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CheckedCall } from '../../support/checked-load.js';
import type { HostProcess } from '../../support/host-process.js';
import type { RawReply } from '../../support/raw-http.js';

/** An entry module that does what a call tells it to, and answers with the id in the call. */
export const entry = fileURLToPath(new URL('../../fixtures/entries/under-load.ts', import.meta.url));

/** What {@link entry} answers. */
export interface Answer {
  readonly id: string;
  readonly pid: number;
  /** How many runs its worker had begun, this one included. */
  readonly runs: number;
}

/** @param headers - Each with its line end. */
export function scoreRequest(body: string, headers = '', type = 'text/plain'): string {
  const head = `POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}`;
  return `${head}\r\n${headers}\r\n${body}`;
}

export function jsonRequest(body: string): string {
  return scoreRequest(body, '', 'application/json');
}

/** A call that must be answered with its own id. */
export function echoCall(id: string, deed = 'nothing', onAnswer: (answer: Answer) => void = () => {}): CheckedCall {
  const problemOf = ({ status, body }: RawReply) => {
    if (status !== 200) return `${status} ${body}`;
    const answer = JSON.parse(String(body)) as Answer;
    onAnswer(answer);
    return answer.id === id ? undefined : `${id} is answered ${body}`;
  };
  return { request: scoreRequest(`${id} ${deed}`), problemOf };
}

/** The ends of workers that the log tells of, once there are so many: a line may come behind the reply that it tells of. */
export async function deathsIn(host: HostProcess, count: number): Promise<string[]> {
  const deaths = () =>
    host.logs.map(({ msg }) => String(msg)).filter((msg) => /^worker (?:was ended|exited)/.test(msg));
  for (const end = performance.now() + 2_000; deaths().length < count && performance.now() < end; ) await sleep(20);
  return deaths();
}
