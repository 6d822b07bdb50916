import type { Socket } from 'node:net';

/** A refused client that sends nothing for so long is cut off. */
const SILENCE_MS = 2_000;
/** So is one that goes on sending for so long: clients that read only behind their whole body get that far. */
const LINGER_MS_MAX = 30_000;

/**
 * Ends a connection on whose other side a refused client may still be sending, behind its answer.
 *
 * Closed at once it would be reset, and the client may lose the answer before it reads it. So this side is closed, and
 * what comes is read and dropped until the client closes too, falls silent, or has had its time.
 *
 * @param silenceMsMax - Milliseconds without a byte after which it is cut off.
 * @see RFC 9112, 9.6: closing a connection in stages.
 */
export function closeLingering(socket: Socket, silenceMsMax = SILENCE_MS): void {
  if (!socket.writable) return void socket.destroy();
  const startedAtMs = performance.now();
  let bytesRead = socket.bytesRead;
  const timer = setInterval(() => {
    const silent = socket.bytesRead === bytesRead;
    bytesRead = socket.bytesRead;
    if (silent || performance.now() - startedAtMs >= LINGER_MS_MAX) socket.destroy();
  }, silenceMsMax);
  socket.once('end', () => socket.destroySoon()).once('close', () => clearInterval(timer));
  socket.end();
}
