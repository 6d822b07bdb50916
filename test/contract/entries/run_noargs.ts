export function init() {}

export function run() {
  return 1;
}
