import { inputSchema, requestContext, StandardParameterType } from 'scorehost';

/** Typed, and looks at the headers of the request. */
export function init() {}

export const run = inputSchema(
  'num',
  new StandardParameterType(1n),
)((num) => {
  const { headers } = requestContext();
  return { num, ua: headers.get('User-Agent'), n: headers.get('X-Custom') };
});
