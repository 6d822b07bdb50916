/** Both asynchronous: they are awaited here. */
export async function init() {}

export async function run(_data: string) {
  return { ok: 1 };
}
