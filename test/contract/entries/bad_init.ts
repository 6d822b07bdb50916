export function init() {
  throw new Error('init went wrong');
}

export function run(data: string) {
  return data;
}
