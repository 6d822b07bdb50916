export function init() {
  process.exit(0);
}

export function run(data: string) {
  return data;
}
