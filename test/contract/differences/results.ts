import { isDeepStrictEqual } from 'node:util';
import { type Both, type Difference, flag, WHOLE_REPLY } from '../difference.js';
import { header, jsonOf, ourError, type Reply, strictJsonOf } from '../our-reply.js';
import { entryName, requestBody } from '../recorded-case.js';

/** What a value that the reference cannot encode becomes here, by its name in the entry script `returns`. */
const encodings: Readonly<Record<string, string>> = {
  bytes: 'abc',
  dataframe: '[{"a":1}]',
  date: '"2020-01-01T00:00:00.000Z"',
  decimal: '1.5',
  dict_tuplekey: '{"1,2":"a"}',
  generator: '1\n',
  ndarray: '[1,2]',
  np_bool: 'true',
  np_float32: '1.5',
  np_int64: '1',
  object: '{}',
  set: '[1]',
};

function asked({ recordedCase, request }: Both): string {
  return `${entryName(recordedCase)} ${requestBody(request)}`;
}

function message(reply: Reply): string | undefined {
  return (strictJsonOf(reply.body) as { message?: string } | undefined)?.message;
}

const INTERNAL = 'An unexpected internal error occurred. Check the logs for more info.';
const SCRIPT_FAILED = 'An unexpected error occurred in scoring script. Check the logs for more info.';

function isUnencodable(recorded: Reply): boolean {
  return recorded.status === 500 && message(recorded) === INTERNAL && flag(recorded) === 'False';
}

function isWholeResult(ours: Reply): boolean {
  return ours.status === 200 && flag(ours) === 'False' && header(ours, 'x-ms-run-fn-exec-ms') !== undefined;
}

export const resultDifferences: readonly Difference[] = [
  {
    id: 'nothing-is-null',
    reason: 'defect',
    says: 'A run that returns nothing answers `{}` there, which no client can tell from an object; here `null`.',
    reference: 'section 3: "returns None | 200 `{}`"',
    parts: ['body'],
    applies: ({ recorded, ours }) => recorded.body.toString() === '{}' && ours.body.toString() === 'null',
  },
  {
    id: 'nan-is-null',
    reason: 'defect',
    says: 'NaN and Infinity in a result make an answer that is not JSON there; here they are `null`.',
    reference: 'section 3: "200 with bare `NaN` / `Infinity`: invalid JSON"',
    parts: ['body'],
    applies: ({ recorded, ours }) =>
      strictJsonOf(recorded.body) === undefined &&
      jsonOf(recorded.body) !== undefined &&
      isDeepStrictEqual(finite(jsonOf(recorded.body)), strictJsonOf(ours.body)),
  },
  {
    id: 'results-are-encoded',
    reason: 'defect',
    says: 'Arrays, numbers of a library, dates, sets, bytes, generators are 500 there; here each has its encoding.',
    reference: 'section 3: "returns bytes, set, date, Decimal, ndarray, … | 500 internal-error text"',
    parts: WHOLE_REPLY,
    applies: (both) => {
      const [entry, value = ''] = asked(both).split(' ');
      const promised = entry === 'returns' ? encodings[value] : undefined;
      return isUnencodable(both.recorded) && isWholeResult(both.ours) && both.ours.body.toString() === promised;
    },
  },
  {
    id: 'unencodable-blames-run',
    reason: 'defect',
    says: 'A cycle or a too deep result is an internal error that nobody is blamed for there; here run is, with a reason.',
    reference: 'section 10: "non-serialisable results are 500 blamed on nobody (`failed: False`)"',
    parts: ['body', 'x-ms-run-function-failed'],
    applies: ({ recorded, ours }) =>
      isUnencodable(recorded) &&
      ours.status === 500 &&
      ourError(ours)?.code === 'RESULT_INVALID' &&
      flag(ours) === 'True',
  },
  {
    id: 'async-run',
    reason: 'language',
    says: 'The coroutine of an async run cannot be encoded there; here a promise is awaited.',
    reference: 'section 3: "a coroutine (`async def run`) | 500"; section 10: "no async"',
    parts: WHOLE_REPLY,
    applies: (both) =>
      entryName(both.recordedCase) === 'coroutine' &&
      isUnencodable(both.recorded) &&
      isWholeResult(both.ours) &&
      both.ours.body.toString() === '{"ok":1}',
  },
  {
    id: 'missing-arguments',
    reason: 'language',
    says: 'A second parameter without a default makes every call fail there; here it is `undefined`.',
    reference: 'section 3: "further parameters must have defaults, else every call is a 500"',
    parts: WHOLE_REPLY,
    applies: (both) => {
      const result = strictJsonOf(both.ours.body);
      return (
        entryName(both.recordedCase) === 'run_twoargs' &&
        both.recorded.status === 500 &&
        message(both.recorded) === SCRIPT_FAILED &&
        isWholeResult(both.ours) &&
        Array.isArray(result) &&
        result.length === 2 &&
        typeof result[0] === 'string' &&
        result[1] === null
      );
    },
  },
  {
    id: 'own-timeout-error',
    reason: 'defect',
    says: 'A TimeoutError of user code is reported as the scoring timeout there; here as what it is, an error of run.',
    reference: 'section 3: "raises TimeoutError itself | … mistaken for the server\'s own"',
    parts: ['body'],
    applies: (both) =>
      asked(both) === 'returns raise_timeout' &&
      /^Scoring timeout after \d+ ms$/.test(message(both.recorded) ?? '') &&
      ourError(both.ours)?.code === 'RUN_FAILED' &&
      message(both.ours) === SCRIPT_FAILED,
  },
];

function finite(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(finite);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, finite(item)]));
}
