import { type ErrorDetail, HostError } from '../../../src/errors.js';
import { InputReader } from '../../../src/schema/input-reader.js';
import type { Reason } from '../difference.js';
import type { ValueDivergence } from './compare-values.js';
import type { Place } from './place.js';
import type { RecordedParam, Tagged } from './python-value.js';
import { translateParam } from './translate-sample.js';

/** One line of deserialize-cases.jsonl: a typed input, one JSON text, and what `run` got for it or the error. */
export interface ConversionCase {
  readonly name: string;
  readonly param: RecordedParam;
  readonly param_source?: string;
  readonly input_json: string;
  readonly ok: boolean;
  readonly result?: Tagged;
  readonly error?: { readonly type: string; readonly message: string };
}

/** What this host makes of the input of a case. */
export type Converted =
  | { readonly kind: 'accepted'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly details: readonly ErrorDetail[] };

const LIMITS = { depthMax: 100 };
/** The name of the input in the body. */
const NAME = 'data';

/** Many cases are of one input: to compile its check takes longer than all else. */
const readers = new Map<string, InputReader>();

function readerOf(param: RecordedParam, coerce: boolean): InputReader {
  const key = JSON.stringify([param, coerce]);
  const known = readers.get(key);
  if (known) return known;
  const input = { name: NAME, type: translateParam(param, { coerce }), optional: param.optional ?? false };
  const reader = new InputReader([{ ...input, convert: true }], LIMITS);
  readers.set(key, reader);
  return reader;
}

/**
 * Reads the input of a case as a call does: from the bytes of a body.
 *
 * @param coerce - Whether with the harmless casts that `coerce: true` gives back.
 */
export function convertCase({ param, input_json }: ConversionCase, coerce = false): Converted {
  const reader = readerOf(param, coerce);
  try {
    // A text may hold lone surrogates, escaped: as bytes they stay escaped.
    const [value] = reader.fromBody(Buffer.from(`{"${NAME}": ${input_json}}`));
    return { kind: 'accepted', value };
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== 'INPUT_INVALID') throw error;
    return { kind: 'refused', details: error.details ?? [] };
  }
}

/** A problem that this host finds in an input which the reference takes. */
export interface RefusedHere {
  readonly recorded: ConversionCase;
  /** Of the problem, inside the input. */
  readonly tokens: readonly string[];
  /** What the sample says of the value there. Each says something else than what came. */
  readonly places: readonly Place[];
  /** What came; undefined where something is missing. */
  readonly value: unknown;
  /** The input with `coerce: true`. */
  readonly coerced: Converted;
}

/** An input that this host takes, as what it says, and the reference refuses. */
export interface AcceptedHere {
  readonly recorded: ConversionCase;
  readonly place: Place;
  readonly input: unknown;
  readonly value: unknown;
}

/** A part of a value that is another here. */
export interface ReadOtherwise {
  readonly recorded: ConversionCase;
  readonly divergence: ValueDivergence;
  readonly places: readonly Place[];
  /** What the body has there. */
  readonly input: unknown;
}

/** A difference in what becomes of inputs that is meant, and how to know it from an accident. */
export interface ConversionDifference {
  readonly id: string;
  readonly reason: Reason;
  /** What either side does, in a sentence. */
  readonly says: string;
  /** Where the contract of the reference says what the reference does: inference-schema.md. */
  readonly reference: string;
  readonly refused?: (both: RefusedHere) => boolean;
  readonly accepted?: (both: AcceptedHere) => boolean;
  readonly otherwise?: (both: ReadOtherwise) => boolean;
}
