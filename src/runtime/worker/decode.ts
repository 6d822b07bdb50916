import { HostError } from '../../errors.js';
import { arrowToTensor, readArrow } from '../../schema/arrow.js';
import type { BodyForm } from '../../schema/body-form.js';
import { ARROW_TYPE, NPY_TYPE, wholeBodyInput } from '../../schema/body-types.js';
import { InputReader } from '../../schema/input-reader.js';
import { readEnvelope } from '../../schema/json/numbers/envelope.js';
import { type JsonLimits, parseJson } from '../../schema/json/parse.js';
import { jsonText, utf8Text } from '../../schema/json/text.js';
import { readNpy } from '../../schema/npy.js';
import { refusedFor } from '../../schema/refusal.js';
import type { ServiceSchema } from '../../schema/service-schema.js';
import { contentType } from './media-type.js';
import { parseQuery, queryAsJson } from './query.js';
import type { CallContext } from './request-context.js';

/**
 * How a call becomes the arguments of `run`.
 *
 * @throws {HostError} `INPUT_INVALID` if the input is not what the schema says.
 */
export type InputDecoder = (context: CallContext, body: Buffer) => unknown[];

/** @throws {HostError} `ENTRY_INVALID` if the schema of an input is no JSON Schema. */
export function inputDecoder({ kind, inputs, form }: ServiceSchema, limits: JsonLimits): InputDecoder {
  switch (kind) {
    case 'raw':
      return (context, body) => [rawRequest(context, body)];
    case 'text':
      return ({ head }, body) => [head.method === 'GET' ? queryAsJson(head.target, limits) : utf8Text(body)];
    case 'typed': {
      const reader = new InputReader(inputs, limits);
      const input = wholeBodyInput(inputs);
      return (context, body) => {
        const { head } = context;
        if (head.method === 'GET') return reader.fromValues(parseQuery(head.target, limits));
        switch (contentType(head)) {
          case NPY_TYPE:
            return reader.fromWhole(readNpy(body));
          case ARROW_TYPE:
            return reader.fromWhole(input?.type.fromDataFrame ? readArrow(body) : arrowToTensor(body));
          default:
            return form ? readEither(body, reader, form, context, limits) : reader.fromBody(body);
        }
      };
    }
  }
}

/** By the schema; what that refuses may be of the other form, which then has the say. */
function readEither(
  body: Buffer,
  reader: InputReader,
  form: BodyForm,
  context: CallContext,
  limits: JsonLimits,
): unknown[] {
  try {
    return reader.fromBody(body);
  } catch (refusal) {
    const value = refusal instanceof HostError ? formObject(body, form, limits) : undefined;
    if (value === undefined || !form.matches(value)) throw refusal;
    const { values, locate, write } = form.read(value);
    context.writeResult = write;
    try {
      return reader.fromValues(values);
    } catch (error) {
      throw error instanceof HostError ? located(error, locate) : error;
    }
  }
}

const NO_TENSORS = new Map<string, never>();

/** The object that may be of the form. By its keys first: to parse a large body only to refuse it takes seconds. */
function formObject(body: Buffer, { keys }: BodyForm, limits: JsonLimits): Record<string, unknown> | undefined {
  const envelope = readEnvelope(body, NO_TENSORS, limits);
  if (envelope === undefined || !keys.some((key) => envelope.has(key))) return undefined;
  try {
    return parseJson(jsonText(body), limits) as Record<string, unknown>;
  } catch {
    return undefined; // the refusal of the schema says so
  }
}

/** The same refusal, with the places of what is wrong in the body as it came. */
function located({ details }: HostError, locate: (path: string) => string): HostError {
  return refusedFor(details.map(({ path, message }) => ({ path: locate(path), message })));
}

function rawRequest(context: CallContext, body: Buffer): Request {
  const { method, target } = context.head;
  // The authority is never taken from the caller: a Host header may be missing, or no URL.
  const path = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  const withBody = method !== 'GET' && method !== 'HEAD' && body.length > 0;
  return new Request(`http://localhost${path.startsWith('/') ? path : `/${path}`}`, {
    method,
    headers: context.headers,
    signal: context.signal,
    ...(withBody ? { body: Uint8Array.from(body) } : {}),
  });
}
