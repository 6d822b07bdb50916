/** Asks for nothing but the headers: the reference refuses it, here they are no parameter at all. */
export function init() {}

export function run() {
  return 1;
}
