import { EventReader } from '../../src/browser/status/event-reader.js';
import type { StatusEvent } from '../../src/browser/status/status-event.js';
import type { HostProcess } from './host-process.js';

/** The events of the status page of a host. */
export async function watchStatus(host: HostProcess) {
  const abort = new AbortController();
  const reply = await host.fetch('/status/events', { signal: abort.signal });
  const texts = (reply.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  const reader = new EventReader();
  const waiting: StatusEvent[] = [];
  const next = async (): Promise<StatusEvent | undefined> => {
    while (waiting.length === 0) {
      const { done, value } = await texts.read();
      if (done) return undefined;
      waiting.push(...reader.read(value).map((data) => JSON.parse(data) as StatusEvent));
    }
    return waiting.shift();
  };
  return { reply, next, leave: () => abort.abort() };
}

/** One event. */
export async function statusOf(host: HostProcess): Promise<StatusEvent> {
  const { next, leave } = await watchStatus(host);
  const event = await next();
  leave();
  return event as StatusEvent;
}
