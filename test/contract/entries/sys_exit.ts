/** Ends its process from inside `run`. */
export function init() {}

export function run(data: string) {
  if (data === 'exit') process.exit(5);
  if (data === 'kbd') process.exit(130); // as an uncaught KeyboardInterrupt ends Python
  return 'alive';
}
