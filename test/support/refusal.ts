import { expect } from 'vitest';
import { parseReply, type RawReply } from './raw-http.js';

/** The JSON body of an error. */
export interface Refusal {
  readonly message: string;
  readonly code: string;
  readonly requestId: string;
  readonly details?: readonly { readonly path: string; readonly message: string }[];
}

/** Checks that the first reply in the bytes is an error as every error has to be, and gives its body. */
export function refusalIn(bytes: Buffer, status: number, code: string): Refusal {
  const reply = parseReply(bytes);
  const text = String(reply.body.subarray(0, Number(headerOf(reply, 'content-length'))));
  expect({ status: reply.status, type: headerOf(reply, 'content-type') }, text).toEqual({
    status,
    type: 'application/json',
  });
  const body = JSON.parse(text) as Refusal;
  expect(body).toMatchObject({ code, message: expect.stringMatching(/.{10}/) });
  expect(body.requestId).toBe(headerOf(reply, 'x-request-id'));
  expect(headerOf(reply, 'x-ms-run-function-failed')).toBe('False');
  expect(text.length, 'an error is for reading').toBeLessThan(2_000);
  return body;
}

/** A header of a reply; `name` in lower case. */
export function headerOf({ headers }: RawReply, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}
