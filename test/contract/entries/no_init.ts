export function run(data: string) {
  return data;
}
