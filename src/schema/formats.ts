import { parseDuration } from '../data-frame/duration.js';
import type { NumericType } from '../dtype.js';
import { isDate, isTime, parseDateTime } from './dates.js';
import { numberOfText, numericTextExamples } from './number-text.js';

/** A format of strings: what is let through, and an example for messages. */
export interface StringFormat {
  readonly accepts: (text: string) => boolean;
  readonly example: string;
}

/** With its length a multiple of four: to count by fours here would take a stack as deep as the text is long. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const base64: StringFormat = { accepts: (text) => text.length % 4 === 0 && BASE64.test(text), example: 'aGk=' };

function isDuration(text: string): boolean {
  try {
    parseDuration(text);
    return true;
  } catch {
    return false;
  }
}

/** The formats of strings that are checked. Others only name something, as OpenAPI has it. */
export const stringFormats: Readonly<Record<string, StringFormat>> = {
  date: { accepts: isDate, example: '2020-01-02' },
  time: { accepts: isTime, example: '03:04:05Z' },
  'date-time': { accepts: (text) => parseDateTime(text) !== undefined, example: '2020-01-02T03:04:05Z' },
  timedelta: { accepts: isDuration, example: 'P1DT2H0M0S' },
  byte: base64,
  binary: base64,
  ...numericTexts(),
};

/** Numbers sent as text, by the name of their element type: where `coerce` lets them through. */
function numericTexts(): Record<string, StringFormat> {
  const entries = Object.entries(numericTextExamples).map(([name, example]) => {
    const accepts = (text: string) => numberOfText(text, name as NumericType) !== undefined;
    return [name, { accepts, example }] as const;
  });
  return Object.fromEntries(entries);
}
