import { setTimeout as sleep } from 'node:timers/promises';
import { requestContext } from 'scorehost';

/** Sleeps as long as the body says. The signal wakes it at the deadline, as the reference's alarm does. */
export function init() {}

export async function run(data: string) {
  const seconds = Number.parseFloat(data);
  if (Number.isNaN(seconds)) throw new Error(`could not convert string to float: ${data}`);
  await sleep(seconds * 1000, undefined, { signal: requestContext().signal });
  return { slept: seconds };
}
