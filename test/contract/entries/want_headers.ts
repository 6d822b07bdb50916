import { requestContext } from 'scorehost';

/** The reference hands the headers to a parameter named `request_headers`; here they are asked for. */
export function init() {}

export function run(data: string) {
  const headers = [...requestContext().headers].map(([name, value]) => [titleCase(name), value]);
  return { data: data === '' ? null : JSON.parse(data), headers: Object.fromEntries(headers) };
}

/** `x-custom` as `X-Custom`: header names have no case, this is how Python's dict shows them. */
function titleCase(name: string): string {
  return name.replace(/[a-z]+/g, (word) => (word[0] as string).toUpperCase() + word.slice(1));
}
