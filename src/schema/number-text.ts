import { integerRanges, isFloatType, type NumericType } from '../dtype.js';

const INTEGER_TEXT = /^[+-]?\d{1,20}$/;
/** No digit can be read in two ways: a long text that is no number is refused in one pass. */
const FLOAT_TEXT = /^[+-]?(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|nan|inf|infinity)$/i;
const BOOL_TEXT = /^(?:true|false)$/i;

/**
 * The number that a text is, as Python reads it: blanks around it, a sign, `nan` and `inf` for floats.
 *
 * @returns undefined if it is none, or none of the type: `7.5` and `300` are no uint8.
 */
export function numberOfText(text: string, type: NumericType): number | bigint | undefined {
  const trimmed = text.trim();
  if (type === 'bool') return BOOL_TEXT.test(trimmed) ? Number(/^true$/i.test(trimmed)) : undefined;
  if (isFloatType(type)) return FLOAT_TEXT.test(trimmed) ? floatOf(trimmed) : undefined;
  if (!INTEGER_TEXT.test(trimmed)) return undefined;
  const { min, max } = integerRanges[type];
  const value = BigInt(trimmed.replace('+', ''));
  return value >= min && value <= max ? value : undefined;
}

function floatOf(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  if (/inf/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

/** A text of each type that `numberOfText` takes. */
export const numericTextExamples: Readonly<Record<NumericType, string>> = {
  float16: '1.5',
  float32: '1.5',
  float64: '1.5',
  int8: '7',
  int16: '7',
  int32: '7',
  int64: '7',
  uint8: '7',
  uint16: '7',
  uint32: '7',
  uint64: '7',
  bool: 'true',
};
