const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?`;
const ROW = `${NUMBER}(?:,${NUMBER})*`;
const VECTOR = new RegExp(`^\\[${ROW}\\]$`);
const MATRIX = new RegExp(`^\\[\\[${ROW}\\](?:,\\[${ROW}\\])*\\]$`);

/** JSON that is an array of numbers, or an array of such arrays, as most tensors are written. */
export function isNumbers(json: string): boolean {
  return json.startsWith('[[') ? MATRIX.test(json) : VECTOR.test(json);
}

/**
 * The rows of such an array, with commas between the numbers: lines of CSV, without a number read and written again.
 *
 * @param column - The values of a vector are rows, and not one row.
 * @returns undefined for other JSON.
 */
export function numberRows(json: string, column: boolean): string[] | undefined {
  if (!isNumbers(json)) return undefined;
  if (json.startsWith('[[')) return json.slice(2, -2).split('],[');
  const row = json.slice(1, -1);
  return column ? row.split(',') : [row];
}

/** How many numbers a row has. */
export function rowWidth(row: string): number {
  let width = 1;
  for (let at = row.indexOf(','); at >= 0; at = row.indexOf(',', at + 1)) width++;
  return width;
}
