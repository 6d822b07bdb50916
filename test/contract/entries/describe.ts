/** Says what an undecorated `run` was handed, counting characters as Python does: by code point. */
export function init() {}

export function run(data: unknown) {
  const characters = [...String(data)];
  return {
    type: typeof data === 'string' ? 'str' : typeof data,
    length: characters.length,
    head: characters.slice(0, 40).join(''),
  };
}
