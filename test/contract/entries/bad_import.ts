// @ts-expect-error the module does not exist: that is the point
import './a_module_that_does_not_exist.js';

export function init() {}

export function run(data: string) {
  return data;
}
