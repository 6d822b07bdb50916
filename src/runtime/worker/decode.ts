import { arrowToTensor, readArrow } from '../../schema/arrow.js';
import { ARROW_TYPE, NPY_TYPE, wholeBodyInput } from '../../schema/body-types.js';
import { InputReader } from '../../schema/input-reader.js';
import type { JsonLimits } from '../../schema/json/parse.js';
import { utf8Text } from '../../schema/json/text.js';
import { readNpy } from '../../schema/npy.js';
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
export function inputDecoder({ kind, inputs }: ServiceSchema, limits: JsonLimits): InputDecoder {
  switch (kind) {
    case 'raw':
      return (context, body) => [rawRequest(context, body)];
    case 'text':
      return ({ head }, body) => [head.method === 'GET' ? queryAsJson(head.target, limits) : utf8Text(body)];
    case 'typed': {
      const reader = new InputReader(inputs, limits);
      const input = wholeBodyInput(inputs);
      return ({ head }, body) => {
        if (head.method === 'GET') return reader.fromValues(parseQuery(head.target, limits));
        switch (contentType(head)) {
          case NPY_TYPE:
            return reader.fromWhole(readNpy(body));
          case ARROW_TYPE:
            return reader.fromWhole(input?.type.fromDataFrame ? readArrow(body) : arrowToTensor(body));
          default:
            return reader.fromBody(body);
        }
      };
    }
  }
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
