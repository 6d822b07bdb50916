const TOLERANCE = 1e-4;

/** The numbers of an answer, in order; a text in it is JSON, too. */
export function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value === 'string') return numbersOf(JSON.parse(value));
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}

/** @throws {Error} if a server does not answer the numbers that it should: a wrong answer may be a fast one. */
export function checkAnswer(server: string, text: string, wanted: readonly number[]): void {
  const numbers = numbersOf(JSON.parse(text));
  const isRight =
    numbers.length === wanted.length &&
    wanted.every((value, i) => Math.abs((numbers[i] as number) - value) <= TOLERANCE * Math.max(1, Math.abs(value)));
  if (!isRight) throw new Error(`${server} answers ${text.slice(0, 200)}, not ${wanted.slice(0, 10).join(', ')}`);
}
