import { HostError } from '../../errors.js';
import { ReplyKind, type ReplyMessage } from '../worker/frames.js';
import { decodeMessage, type ErrorHead, type ReplyHead } from '../worker/messages.js';
import type { Outcome } from './call.js';

/** What a whole reply means for its call; undefined for a stream, and for a call that was handed back. */
export function outcomeOf({ kind, runMs, head, body }: ReplyMessage): Outcome | undefined {
  switch (kind) {
    case ReplyKind.json:
      return { kind: 'reply', head: undefined, body, runMs };
    case ReplyKind.response:
      return { kind: 'reply', head: decodeMessage<ReplyHead>(head), body, runMs };
    case ReplyKind.refused:
    case ReplyKind.failed: {
      const { code, message, details } = decodeMessage<ErrorHead>(head);
      return { kind: 'error', error: new HostError(code, message, { details }), runFailed: kind === ReplyKind.failed };
    }
    default:
      return undefined;
  }
}
