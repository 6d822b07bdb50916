export function init() {}

export function run(_data: string) {
  return { ok: 1 };
}
