export function init() {}

export function run(..._args: unknown[]) {
  return 1;
}
