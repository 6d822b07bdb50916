import { type DataFrame, inputSchema, PandasParameterType } from 'scorehost';

export function init() {}

export const run = inputSchema(
  'input_data',
  new PandasParameterType([{ x: 1.5, y: 's' }], { orient: 'split', enforceShape: false }),
)((frame: DataFrame) => ({ records: [...frame.rows()], index: frame.index.map(String) }));
