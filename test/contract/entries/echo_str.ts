/** Undecorated: gets the body as text and gives it straight back. */
export function init() {}

export function run(data: string) {
  return data;
}
