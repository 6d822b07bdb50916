import { isDeepStrictEqual } from 'node:util';
import type { ErrorDetail } from '../../../src/errors.js';
import { parseQuery } from '../../../src/runtime/worker/query.js';
import { type Both, type Difference, flag, WHOLE_REPLY } from '../difference.js';
import { jsonOf, ourError, type Reply, strictJsonOf } from '../our-reply.js';
import { entryName, requestBody, requestLine } from '../recorded-case.js';
import { momentOf } from '../typed/compare-values.js';
import { decoratedEntries } from '../typed/decorated-entries.js';
import { isDate, isWhole } from '../typed/is-of-dtype.js';
import { isPlainObject, tokensOf, valueAt } from '../typed/json-pointer.js';
import { isOfPlace, placeOf, placesAt } from '../typed/place.js';
import { isSameNumber } from '../typed/same-number.js';

const SCRIPT_FAILED = 'An unexpected error occurred in scoring script. Check the logs for more info.';
const INTERNAL = 'An unexpected internal error occurred. Check the logs for more info.';
const REPLY = [...WHOLE_REPLY];
const LIMITS = { depthMax: 100 };
/** Of the reference's own, which is Python's: `sys.int_info.default_max_str_digits`. */
const INTEGER_DIGITS_MAX = 4300;

function message(reply: Reply): string | undefined {
  return (strictJsonOf(reply.body) as { message?: string } | undefined)?.message;
}

/** The values of a request by name; undefined where they cannot be told. */
function inputsOf({ request }: Both): Readonly<Record<string, unknown>> | undefined {
  if (request.method === 'GET') return Object.fromEntries(parseQuery(requestLine(request)?.target ?? '', LIMITS));
  const body = jsonOf(requestBody(request) ?? '');
  return isPlainObject(body) ? body : undefined;
}

/** The problems that our refusal names; undefined where it is none of an input. */
function problemsOf({ ours }: Both): readonly ErrorDetail[] | undefined {
  if (ours.status !== 400 || ourError(ours)?.code !== 'INPUT_INVALID') return undefined;
  const { details } = strictJsonOf(ours.body) as { details?: readonly ErrorDetail[] };
  return details && details.length > 0 ? details : undefined;
}

/** Whether each problem of our refusal is one: what came at its pointer is nothing of the entry's sample there. */
function isRightlyRefused(both: Both): boolean {
  const params = decoratedEntries[entryName(both.recordedCase)] ?? [];
  const [problems, inputs] = [problemsOf(both), inputsOf(both)];
  if (problems === undefined || inputs === undefined) return false;
  return problems.every(({ path }) => {
    const [name, ...tokens] = tokensOf(path);
    const param = params.find((each) => each.name === name);
    if (param === undefined) return false;
    const input = inputs[param.name ?? ''];
    const places = placesAt(placeOf(param, input), tokens);
    return places.length > 0 && !places.some((place) => isOfPlace(place, valueAt(input, tokens)));
  });
}

function failed(recorded: Reply): boolean {
  return recorded.status === 500 && message(recorded) === SCRIPT_FAILED && flag(recorded) === 'True';
}

/** Our result where the reference fails. */
function resultInstead({ recorded, ours }: Both): unknown {
  return failed(recorded) && ours.status === 200 && flag(ours) === 'False' ? strictJsonOf(ours.body) : undefined;
}

function isEntry({ recordedCase }: Both, ...names: readonly string[]): boolean {
  return names.includes(entryName(recordedCase));
}

/** Whether an integer of a request is spelled as a float: 1.0, 1e2. */
function spellsFloat({ request }: Both): boolean {
  return /\d(?:\.0*\d*|[eE][+-]?\d+)/.test(
    request.method === 'GET' ? (requestLine(request)?.target ?? '') : String(requestBody(request)),
  );
}

export const typedDifferences: readonly Difference[] = [
  {
    id: 'typed-input-is-400',
    reason: 'defect',
    says: 'A typed input of the wrong type or shape is a 500 of the script there, with no reason; here 400 names each problem and its place.',
    reference:
      'inference-schema.md section 2: "No message ever names the parameter or the path"; section 8: "a mismatch elsewhere is a 500 without detail"',
    parts: REPLY,
    applies: (both) => failed(both.recorded) && isRightlyRefused(both),
  },
  {
    id: 'typed-input-is-checked',
    reason: 'defect',
    says: 'What is not of the type is cast, or let through, there; here it is 400: the rows on typed inputs say what.',
    reference:
      'inference-schema.md section 8: "`required` and element types are advertised but never enforced"; sections 2 to 4',
    parts: REPLY,
    applies: (both) => both.recorded.status === 200 && isRightlyRefused(both),
  },
  {
    id: 'unreadable-json-is-400',
    reason: 'defect',
    says: 'JSON that is nested too deep, or has an integer of too many digits, is a 500 there; here 400 says where.',
    reference: 'section 3: typed, "integer over 4300 digits", "nesting"',
    parts: REPLY,
    applies: ({ request, recorded, ours }) => {
      const body = String(requestBody(request) ?? '');
      const problem = /^POST body could not be decoded as JSON: (Nested deeper|Integer of more)/.exec(
        message(ours) ?? '',
      )?.[1];
      const isSo =
        problem === 'Nested deeper' ? depthOf(body) > LIMITS.depthMax : longestInteger(body) > INTEGER_DIGITS_MAX;
      const isFailure = recorded.status === 500 && [SCRIPT_FAILED, INTERNAL].includes(message(recorded) ?? '');
      return problem !== undefined && isSo && ours.status === 400 && (isFailure || recorded.status === 200);
    },
  },
  {
    id: 'whole-numbers-are-integers',
    reason: 'language',
    says: '1.0 and 1e2 are floats there, and refused for an int; here they are the integers that they are worth.',
    reference: 'inference-schema.md section 2: sample int refuses 1.0',
    parts: REPLY,
    applies: (both) => {
      const [result, num] = [resultInstead(both), inputsOf(both)?.num];
      if (result === undefined || !spellsFloat(both) || !isWhole(num)) return false;
      if (isEntry(both, 'std_int')) return isSameNumber(BigInt(num) * 2n, result);
      return (
        isEntry(both, 'optional', 'optional_nodefault', 'multi', 'multi_headers') &&
        isSameNumber(num, (result as { num?: unknown }).num)
      );
    },
  },
  {
    id: 'dates-can-be-sent',
    reason: 'defect',
    says: 'A date sample refuses every date there (date has no strptime); here it takes `2020-01-02`.',
    reference: 'inference-schema.md section 2: date "**nothing**"',
    parts: REPLY,
    applies: (both) => {
      const [result, inputs] = [resultInstead(both), inputsOf(both)];
      return (
        isEntry(both, 'std_types') &&
        isDate(inputs?.d) &&
        isDeepStrictEqual((result as { d?: unknown } | undefined)?.d, ['date', inputs?.d])
      );
    },
  },
  {
    id: 'bytearrays-can-be-sent',
    reason: 'defect',
    says: 'A bytearray sample refuses everything there; here it takes base64, as bytes do.',
    reference: 'inference-schema.md section 2: bytearray "**nothing**"',
    parts: REPLY,
    applies: (both) => {
      const [kind, text = ''] = (resultInstead(both) as { ba?: string[] } | undefined)?.ba ?? [];
      const sent = Buffer.from(String(inputsOf(both)?.ba), 'base64');
      return (
        isEntry(both, 'std_types') &&
        kind === 'bytearray' &&
        /^[ -~]*$/.test(String(sent)) &&
        text === `bytearray(b'${sent}')`
      );
    },
  },
  {
    id: 'unknown-names-are-passed-over',
    reason: 'defect',
    says: 'A column besides those of the sample refuses the frame there, and never says which; here it is passed over, as unknown names are everywhere.',
    reference: 'inference-schema.md section 4: "missing or extra column | … (never says which)"',
    parts: REPLY,
    applies: (both) => {
      const [result, inputs] = [resultInstead(both), inputsOf(both)];
      if (isEntry(both, 'pandas_in'))
        return hasExtra(inputs?.data, ['name', 'age']) && isPandasResult(result, inputs?.data);
      return (
        isEntry(both, 'pandas_split') &&
        hasExtra([inputs?.input_data], ['columns', 'index', 'data']) &&
        isSplitResult(result, inputs?.input_data)
      );
    },
  },
  {
    id: 'no-rows-are-no-problem',
    reason: 'defect',
    says: 'No rows are no columns there, and refused; here they are a frame without rows.',
    reference: 'inference-schema.md section 4: "`[]` | refused (0 columns)"',
    parts: REPLY,
    applies: (both) => {
      const [result, data] = [resultInstead(both), inputsOf(both)?.data];
      return isEntry(both, 'pandas_in') && isDeepStrictEqual(data, []) && isPandasResult(result, data);
    },
  },
  {
    id: 'optional-needs-no-default',
    reason: 'language',
    says: 'An optional input whose parameter has no default is 400 when it is left out there; here it is undefined.',
    reference: 'inference-schema.md section 1: "The Python parameter still needs a default or the server answers 400"',
    parts: REPLY,
    applies: (both) =>
      isEntry(both, 'optional_nodefault') &&
      both.recorded.status === 400 &&
      message(both.recorded) === "A value is not provided for the 'num' parameter." &&
      inputsOf(both)?.num === undefined &&
      both.ours.status === 200 &&
      both.ours.body.toString() === '{"num":null}',
  },
  {
    id: 'defaults-are-optional',
    reason: 'language',
    says: 'A parameter with a default may be left out there, but not be null; here it is an optional input, and null leaves it out.',
    reference: 'inference-schema.md section 1: "optional=True … a missing or falsy value"; section 2: str refuses null',
    parts: REPLY,
    applies: (both) => {
      const inputs = inputsOf(both);
      const result = resultInstead(both);
      const expected = { num: inputs?.num, label: 'none', extra: inputs?.extra ?? null };
      return isEntry(both, 'multi') && inputs?.label === null && isDeepStrictEqual(result, expected);
    },
  },
  {
    id: 'inputs-are-positional',
    reason: 'language',
    says: 'A decorator that names no parameter of run makes every call fail there; here inputs go to run by their order.',
    reference: 'inference-schema.md section 1: "unknown parameter name | accepted at load; … each call fails"',
    parts: REPLY,
    applies: (both) => {
      if (!isEntry(both, 'wrong_name') || !failed(both.recorded)) return false;
      const inputs = inputsOf(both) ?? {};
      if (!('data' in inputs))
        return both.ours.status === 400 && message(both.ours) === "A value is not provided for the 'data' parameter.";
      return isDeepStrictEqual(resultInstead(both), { got: inputs.data });
    },
  },
  {
    id: 'inputs-are-those-decorated',
    reason: 'language',
    says: 'Parameters without a decorator, request_headers too, are shown as inputs, and must be there, there; here names of parameters are not looked at.',
    reference: 'inference-schema.md section 1: "Every positional parameter appears, decorated or not"',
    parts: REPLY,
    applies: (both) =>
      isEntry(both, 'wrong_name') &&
      both.recorded.status === 400 &&
      message(both.recorded) === "A value is not provided for the 'input_data' parameter." &&
      isDeepStrictEqual(strictJsonOf(both.ours.body), { got: inputsOf(both)?.data }),
  },
  {
    id: 'typed-results-are-encoded',
    reason: 'defect',
    says: 'An array that run returns is an internal error there, whatever the output schema says; here it is nested arrays.',
    reference: 'inference-schema.md section 1: "swagger only: never checks or encodes the result"; section 8, #14',
    parts: REPLY,
    applies: (both) => {
      const data = inputsOf(both)?.data;
      return (
        isEntry(both, 'numpy_return') &&
        both.recorded.status === 500 &&
        message(both.recorded) === INTERNAL &&
        both.ours.status === 200 &&
        Array.isArray(data) &&
        isDeepStrictEqual(
          strictJsonOf(both.ours.body),
          data.map((number) => (number === null ? null : Number(number) * 2)),
        )
      );
    },
  },
  {
    id: 'numbers-are-of-one-type',
    reason: 'language',
    says: 'run can tell the float 2.0 from the int 2 there; here both are the number 2.',
    reference: 'inference-schema.md section 2: float accepts "float, int (kept int)"',
    parts: ['body'],
    applies: (both) => {
      const [theirs, own] = [strictJsonOf(both.recorded.body), strictJsonOf(both.ours.body)];
      return isEntry(both, 'std_types', 'nested') && sameButFor(theirs, own, isSameKindOfNumber);
    },
  },
  {
    id: 'dates-are-moments',
    reason: 'language',
    says: 'A date without an offset is naive there, and has microseconds; here it is a Date: UTC is meant, to the millisecond.',
    reference: 'inference-schema.md section 2: "naive stays naive; extra fraction digits cut to six"',
    parts: ['body'],
    applies: (both) => {
      const [theirs, own] = [strictJsonOf(both.recorded.body), strictJsonOf(both.ours.body)];
      return isEntry(both, 'std_types') && sameButFor(theirs, own, isSameDatetime);
    },
  },
];

function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const character of text.replace(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth--;
  }
  return deepest;
}

function longestInteger(text: string): number {
  return Math.max(0, ...[...text.matchAll(/\d+/g)].map(([digits]) => digits.length));
}

function hasExtra(rows: unknown, names: readonly string[]): boolean {
  return (
    Array.isArray(rows) &&
    rows.some((row) => isPlainObject(row) && Object.keys(row).some((name) => !names.includes(name)))
  );
}

/** What `pandas_in` says of the rows that came. */
function isPandasResult(result: unknown, rows: unknown): boolean {
  if (!Array.isArray(rows)) return false;
  const sum = rows.reduce((total: bigint, row) => total + BigInt((row as { age: number }).age), 0n);
  const expected = { rows: rows.length, cols: ['name', 'age'], dtypes: ['object', 'int64'], age_sum: Number(sum) };
  return isDeepStrictEqual(result, expected);
}

/** What `pandas_split` says of the rows that came. */
function isSplitResult(result: unknown, split: unknown): boolean {
  const {
    columns = [],
    data = [],
    index,
  } = (split ?? {}) as { columns?: string[]; data?: unknown[][]; index?: unknown[] };
  const records = data.map((row) =>
    Object.fromEntries(['x', 'y'].map((name) => [name, row[columns.indexOf(name)] ?? null])),
  );
  return isDeepStrictEqual(result, { records, index: (index ?? data.map((_, row) => row)).map(String) });
}

/** Whether two objects have the same members but for some that differ in one way. */
function sameButFor(theirs: unknown, own: unknown, way: (theirs: unknown, own: unknown) => boolean): boolean {
  if (!isPlainObject(theirs) || !isPlainObject(own)) return false;
  const names = Object.keys(theirs);
  return (
    isDeepStrictEqual(names, Object.keys(own)) &&
    names.every((name) => isDeepStrictEqual(theirs[name], own[name]) || way(theirs[name], own[name]))
  );
}

/** `["float", "2.0"]` and `["int", "2"]`, or the names of the types alone. */
function isSameKindOfNumber(theirs: unknown, own: unknown): boolean {
  const names = new Set(['int', 'float']);
  if (typeof theirs === 'string' && typeof own === 'string') return names.has(theirs) && names.has(own);
  if (!Array.isArray(theirs) || !Array.isArray(own)) return false;
  return names.has(theirs[0]) && names.has(own[0]) && Number(theirs[1]) === Number(own[1]);
}

function isSameDatetime(theirs: unknown, own: unknown): boolean {
  if (!Array.isArray(theirs) || !Array.isArray(own)) return false;
  return theirs[0] === 'datetime' && own[0] === 'datetime' && momentOf(String(theirs[1])) === momentOf(String(own[1]));
}
