import type { Reason } from '../difference.js';
import { type PythonValue, pythonValue } from '../typed/python-value.js';
import type { SchemaCase } from '../typed/schema-case.js';
import { NoCounterpart } from '../typed/translate-value.js';

/** A difference in what loads, or in what is said of what does not. */
export interface LoadDifference {
  readonly id: string;
  readonly reason: Reason;
  readonly says: string;
  readonly reference: string;
  /** @param error - Undefined where it loads here. */
  readonly appliesToLoad: (recorded: SchemaCase, error: Error | undefined) => boolean;
}

/** What both sides say of the same, where the words up to the colon are others. */
const sayings: readonly (readonly [there: RegExp, here: RegExp])[] = [
  [/^Sample input cannot be None$/, /^Sample input cannot be null: /],
  [/^Invalid python data sample provided: /, /^Invalid data sample provided: /],
  [
    /^Invalid sample input provided, must provide a sample Numpy array\.$/,
    /^Invalid sample input provided, must provide a sample array\./,
  ],
  [
    /^Invalid sample input provided, must provide a sample Pandas Dataframe\.$/,
    /^Invalid sample input provided, must provide a sample /,
  ],
  [/^Invalid orient provided, must be one of \(/, /^Invalid orient provided, must be one of \(/],
  [/^len\(\) of unsized object$/, /^Invalid sample input provided, must provide a sample array\./],
  [
    /^DataFrame (?:columns|index) must be unique for orient='\w+'\.$/,
    /two columns are named |two rows (?:have|are)|label/,
  ],
  [/^'example'$/, /has no jsonSchema with an example\.$/],
  [/^Error, provided param_type must be a subclassof the AbstractParameterType\.$/, /the type is no parameter type\.$/],
  [/^Error, output schema already defined for function: /, /the output schema is defined already\.$/],
  [
    /^We currently do not support extracting schema from data of type /,
    /^We currently do not support extracting schema from data of type /,
  ],
];

function holdsOf(recorded: SchemaCase, test: (value: PythonValue) => boolean): boolean {
  const holds = (value: PythonValue): boolean => {
    if (test(value)) return true;
    switch (value.kind) {
      case 'list':
      case 'tuple':
        return value.items.some(holds);
      case 'dict':
        return [...value.members.values()].some(holds);
      case 'param':
        return holds(pythonValue(value.param.sample));
      case 'frame':
        return value.data.flat().some((cell) => holds(pythonValue(cell)));
      default:
        return false;
    }
  };
  return [...recorded.params, ...(recorded.output ? [recorded.output] : [])].some(({ sample }) =>
    holds(pythonValue(sample)),
  );
}

export const loadDifferences: readonly LoadDifference[] = [
  {
    id: 'load-errors-say-more',
    reason: 'wording',
    says: 'What does not load there does not load here, for the same reason, said in other words and with a way out.',
    reference: 'section 2: "load error …"; section 3: "Constructor refuses a non-array"',
    appliesToLoad: ({ error: theirs }, error) =>
      theirs !== undefined &&
      error !== undefined &&
      sayings.some(([there, here]) => there.test(theirs.message) && here.test(error.message)),
  },
  {
    id: 'more-samples-load',
    reason: 'language',
    says: 'Sets and durations are no samples there; here a Set is an array, and a duration text of a format.',
    reference: 'section 2: "set, complex, Decimal, timedelta, … | load error"',
    appliesToLoad: (recorded, error) =>
      error === undefined &&
      /Object of type (?:set|frozenset|timedelta) is not JSON serializable$/.test(recorded.error?.message ?? '') &&
      holdsOf(
        recorded,
        (value) => value.kind === 'object' && /^(?:set|frozenset|datetime\.timedelta)$/.test(value.name),
      ),
  },
  {
    id: 'nanosecond-dates-load',
    reason: 'defect',
    says: 'Samples of datetime64[ns], or with NaT, do not load there; here they do, in milliseconds, NaT as null.',
    reference:
      "section 3: \"datetime64[ns], NaT | load error `'int' object has no attribute 'strftime'`\"; section 8, #78",
    appliesToLoad: (recorded, error) =>
      error === undefined &&
      /^'(?:int|NoneType)' object has no attribute 'strftime'$/.test(recorded.error?.message ?? '') &&
      holdsOf(recorded, (value) => value.kind === 'ndarray' && /M8|datetime64/.test(JSON.stringify(value.dtype))),
  },
  {
    id: 'inputs-are-defined-once',
    reason: 'defect',
    says: 'Two types for one input load there, and each call is converted twice; here the second is refused.',
    reference: 'section 1: "same param twice | the outer decorator\'s swagger wins; at call time outer converts first"',
    appliesToLoad: ({ params, error: theirs }, error) => {
      const names = params.map(({ name }) => name);
      return (
        theirs === undefined && new Set(names).size < names.length && /is defined already\.$/.test(error?.message ?? '')
      );
    },
  },
  {
    id: 'python-classes-have-no-samples',
    reason: 'language',
    says: 'Samples of classes that only Python has (Period, Interval) are described by their attributes there; here there is nothing to give.',
    reference: 'section 4: described "like a standard Python list or dict"',
    appliesToLoad: (recorded, error) =>
      error instanceof NoCounterpart &&
      holdsOf(
        recorded,
        (value) => value.kind === 'object' && error.message === value.name && /^pandas\./.test(value.name),
      ),
  },
  {
    id: 'spark-dates-load',
    reason: 'defect',
    says: 'Samples of Spark with dates do not load there; here they do.',
    reference: 'section 5: "building the example fails on Python date objects"',
    appliesToLoad: (recorded, error) =>
      error === undefined &&
      /^'datetime\.(?:date|datetime)' object has no attribute 'astype'$/.test(recorded.error?.message ?? ''),
  },
];
