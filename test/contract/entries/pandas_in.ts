import { type DataFrame, inputSchema, outputSchema, PandasParameterType, StandardParameterType } from 'scorehost';

/** What pandas calls the types of columns. */
const dtypeNames: Readonly<Record<string, string>> = { string: 'object', datetime: 'datetime64[ns]' };

export function init() {}

export const run = inputSchema(
  'data',
  new PandasParameterType([
    { name: 'a', age: 1n },
    { name: 'b', age: 2n },
  ]),
)(
  outputSchema(new StandardParameterType([2n, 3n]))((data: DataFrame) => ({
    rows: data.length,
    cols: data.columns,
    dtypes: data.columns.map((name) => dtypeNames[data.columnType(name)] ?? data.columnType(name)),
    age_sum: [...(data.column('age') as BigInt64Array)].reduce((sum, age) => sum + age, 0n),
  })),
);
