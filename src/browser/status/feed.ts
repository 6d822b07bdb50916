import { EventReader } from './event-reader.js';
import type { StatusEvent } from './status-event.js';

/** How a stream ended, or why there was none. */
export type FeedEnd = { readonly kind: 'key' | 'ended' } | { readonly kind: 'lost'; readonly reason: string };

/** An event comes each second: a stream that is silent for so long is dead. */
const SILENCE_MS_MAX = 5_000;

/**
 * Reads events until their stream ends. It is not an EventSource: that could not send a key.
 *
 * @param key - Empty: none.
 */
export async function follow(url: URL, key: string, onEvent: (event: StatusEvent) => void): Promise<FeedEnd> {
  const abort = new AbortController();
  let watchdog = setTimeout(() => abort.abort(), SILENCE_MS_MAX);
  try {
    const headers: Record<string, string> = key === '' ? {} : { Authorization: `Bearer ${key}` };
    const reply = await fetch(url, { headers, cache: 'no-store', signal: abort.signal });
    if (reply.status === 401 || reply.status === 403) return { kind: 'key' };
    if (!reply.ok || !reply.body) return { kind: 'lost', reason: `${reply.status} ${messageOf(await reply.text())}` };
    const events = new EventReader();
    const texts = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await texts.read();
      if (done) return { kind: 'ended' };
      clearTimeout(watchdog);
      watchdog = setTimeout(() => abort.abort(), SILENCE_MS_MAX);
      for (const data of events.read(value)) tell(JSON.parse(data) as StatusEvent, onEvent);
    }
  } catch (error) {
    const reason = abort.signal.aborted ? 'nothing came for 5 s' : 'the host does not answer';
    return error instanceof SyntaxError
      ? { kind: 'lost', reason: `no JSON came: ${error.message}` }
      : { kind: 'lost', reason };
  } finally {
    clearTimeout(watchdog);
    abort.abort();
  }
}

/** A defect of the page is none of the stream: it is for the console, and the next event comes all the same. */
function tell(event: StatusEvent, onEvent: (event: StatusEvent) => void): void {
  try {
    onEvent(event);
  } catch (error) {
    reportError(error);
  }
}

/** Of an error of the host; of a proxy's, nothing that can be read. */
function messageOf(body: string): string {
  try {
    return String((JSON.parse(body) as { message?: unknown }).message ?? '');
  } catch {
    return '';
  }
}
