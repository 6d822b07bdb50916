import type { HostError } from '../../errors.js';

/** The JSON body of every error: the reference's `message`, and what helps to act on it. */
export function errorBody({ code, message, details }: HostError, requestId: string): string {
  return JSON.stringify({ message, code, ...(details.length > 0 ? { details } : {}), requestId });
}
