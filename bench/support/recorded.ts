import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const modelsFolder = fileURLToPath(new URL('../../test/fixtures/models/', import.meta.url));

type Rows = readonly (readonly number[])[];

/** The first row that was recorded of a model whose input is called `data`, and the numbers that Python answers. */
export function recordedRow(model: string): { readonly row: readonly number[]; readonly answer: readonly number[] } {
  const text = readFileSync(join(modelsFolder, `${model}.cases.json`), 'utf8');
  const [first] = JSON.parse(text) as [{ inputs: { data: Rows }; outputs: Readonly<Record<string, Rows>> }];
  const answer = Object.values(first.outputs).flatMap(([ofFirstRow = []]) => ofFirstRow);
  return { row: first.inputs.data[0] ?? [], answer };
}
