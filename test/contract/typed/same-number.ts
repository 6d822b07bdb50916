/** Whether two numbers are worth the same, exactly, whichever of the two types of number they are; NaN is NaN. */
export function isSameNumber(a: number | bigint, b: unknown): boolean {
  if (typeof b !== 'number' && typeof b !== 'bigint') return false;
  if (typeof a === typeof b) return a === b || (Number.isNaN(a) && Number.isNaN(b));
  return [a, b].every((each) => typeof each === 'bigint' || Number.isInteger(each)) && BigInt(a) === BigInt(b);
}
