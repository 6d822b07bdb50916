/**
 * Whether JSON.stringify writes a value as writeJson() promises to: it holds nothing but plain objects, arrays, strings,
 * numbers other than -0, booleans, null and members that are left out, not more than `depthMax` inside each other.
 *
 * The look costs a fraction of what a walk that writes the text costs above JSON.stringify.
 */
export function isPlainJson(value: unknown, depthMax: number): boolean {
  return value !== undefined && isPlain(value, depthMax);
}

function isPlain(value: unknown, depthLeft: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return true;
    case 'number':
      return value !== 0 || !Object.is(value, -0);
    case 'object':
      return value === null || (depthLeft > 0 && isPlainObject(value, depthLeft - 1));
    default:
      return false;
  }
}

function isPlainObject(value: object, depthLeft: number): boolean {
  if ('toJSON' in value) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isPlain(value[i], depthLeft)) return false;
    return true;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key in value) {
    if (!isPlain((value as Record<string, unknown>)[key], depthLeft)) return false;
  }
  return true;
}
