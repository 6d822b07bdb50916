/** A second parameter, which nothing fills. */
export function init() {}

export function run(data: string, other: unknown) {
  return [data, other];
}
