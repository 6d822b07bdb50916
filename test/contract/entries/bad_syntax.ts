export function init() {}

export function run(data: string)
  return data;
}
