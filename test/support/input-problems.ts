import { expect } from 'vitest';
import type { ErrorDetail, HostError } from '../../src/errors.js';
import type { ParameterType } from '../../src/schema/index.js';
import { InputReader } from '../../src/schema/input-reader.js';
import { parseJson } from '../../src/schema/json/parse.js';

const limits = { depthMax: 100 };

/** What `run` receives for an input `data` of a type, from JSON text, by the way that a call takes. */
export function readInput<T>(type: ParameterType<T>, json: string): T {
  const reader = new InputReader([{ name: 'data', type, optional: false, convert: true }], limits);
  return reader.fromBody(Buffer.from(`{"data":${json}}`))[0] as T;
}

/** What a refusal of the input says, each problem as `pointer: message`, without the name of the input. */
export function problemsOf(type: ParameterType, json: string): string[] {
  return detailsOf(type, json).map(({ path, message }) => `${path.replace(/^\/data/, '')}: ${message}`);
}

function detailsOf(type: ParameterType, json: string): readonly ErrorDetail[] {
  try {
    readInput(type, json);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INPUT_INVALID', name: 'HostError' });
    return (error as HostError).details;
  }
  throw new Error(`${json} was taken`);
}

/** The example of a type, read by the type itself. */
export function readExample<T>(type: ParameterType<T>, write: (value: unknown) => string): T {
  const json = write(type.jsonSchema.example);
  parseJson(json, limits);
  return readInput(type, json);
}
