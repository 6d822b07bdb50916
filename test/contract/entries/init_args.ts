export function init(_config: unknown) {}

export function run(data: string) {
  return data;
}
