import { inputSchema, StandardParameterType } from 'scorehost';

/** The input has another name than the parameter: here only its place counts. */
export function init() {}

export const run = inputSchema('data', new StandardParameterType(1n))((input_data) => ({ got: input_data }));
