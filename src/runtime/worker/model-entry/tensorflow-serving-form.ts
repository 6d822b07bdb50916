import type { BodyForm, FormBody } from '../../../schema/body-form.js';
import { pointerToken, refused, shown } from '../../../schema/refusal.js';
import { Tensor } from '../../../tensor.js';
import type { ModelValue, Tensors } from '../../models/model.js';
import { base64Text } from './base64.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * TensorFlow Serving's predict API: rows as `{"instances": […]}`, answered by `{"predictions": […]}`, or columns as
 * `{"inputs": …}`, answered by `{"outputs": …}`. A value alone stands for the only input, or output.
 *
 * @see https://www.tensorflow.org/tfx/serving/api_rest#predict_api
 */
export function tensorFlowServingForm(inputs: readonly ModelValue[]): BodyForm {
  return {
    keys: ['instances', 'inputs'],
    matches: (body) => 'instances' in body || 'inputs' in body,
    read: (body) => {
      checkSignature(body.signature_name);
      return 'instances' in body ? readRows(body.instances, inputs) : readColumns(body.inputs, inputs);
    },
  };
}

/** One signature of the model is loaded, and serves under its usual name. */
function checkSignature(name: unknown): void {
  if (name === undefined || name === null || name === '' || name === 'serving_default') return;
  throw refused(
    '/signature_name',
    `expected serving_default, or nothing, as one signature is served, got ${shown(name)}`,
  );
}

function readRows(instances: unknown, inputs: readonly ModelValue[]): FormBody {
  const path = '/instances';
  if (!Array.isArray(instances) || instances.length === 0) {
    throw refused(path, `expected a list of one row or more, got ${shown(instances)}`);
  }
  const names = inputs.map(({ name }) => name);
  const isNamed = isNamedRow(instances[0], names);
  if (!isNamed && names.length > 1) {
    throw refused(`${path}/0`, `expected an object with ${names.join(', ')}, got ${shown(instances[0])}`);
  }
  const column = (input: ModelValue) => {
    const { name } = input;
    if (!isNamed) return readValue(instances, input, path);
    return instances.map((row: unknown, i) => {
      if (isNamedRow(row, [name])) return readValue((row as Json)[name], input, `${path}/${i}/${pointerToken(name)}`);
      throw refused(`${path}/${i}`, `expected an object with ${name}, got ${shown(row)}`);
    });
  };
  const values = new Map(inputs.map((input) => [input.name, column(input)]));
  return {
    values,
    // The row comes first in the body, behind the input for the schema.
    locate: (at) => {
      const [, name = '', row, rest = ''] = /^\/([^/]*)(\/\d+)?(.*)$/.exec(at) ?? [];
      return row === undefined ? path : `${path}${row}${isNamed ? `/${name}` : ''}${rest}`;
    },
    write: (result) => ({ predictions: rowsOf(result as Tensors, instances.length, path) }),
  };
}

function isNamedRow(row: unknown, names: readonly string[]): boolean {
  return typeof row === 'object' && row !== null && names.some((name) => Object.hasOwn(row, name));
}

function readColumns(inputs: unknown, declared: readonly ModelValue[]): FormBody {
  const path = '/inputs';
  const names = declared.map(({ name }) => name);
  const isNamed = !Array.isArray(inputs) && isNamedRow(inputs, names);
  if (!isNamed && names.length > 1) {
    throw refused(path, `expected an object with ${names.join(', ')}, got ${shown(inputs)}`);
  }
  const columns = isNamed ? Object.entries(inputs as Json) : [[names[0] as string, inputs] as const];
  const column = (name: string, value: unknown) => {
    const input = declared.find((each) => each.name === name);
    return readValue(value, input, isNamed ? `${path}/${pointerToken(name)}` : path);
  };
  return {
    values: new Map(columns.map(([name, value]) => [name, column(name, value)])),
    locate: (at) => (isNamed ? `${path}${at}` : `${path}${at.replace(/^\/[^/]*/, '')}`),
    write: (result) => ({ outputs: onlyOrAll(result as Tensors) }),
  };
}

/** Numbers stay the arrays that they are: to look through them for texts takes longer than all else. */
function readValue(value: unknown, input: ModelValue | undefined, path: string): unknown {
  return input?.type === 'string' ? texts(value, path) : value;
}

/** `{"b64": "…"}` stands for bytes, which are a text here. */
function texts(value: unknown, path: string): unknown {
  if (Array.isArray(value))
    return value.map((each, i) => (typeof each === 'string' ? each : texts(each, `${path}/${i}`)));
  if (typeof value !== 'object' || value === null || !('b64' in value)) return value;
  return base64Text(value.b64, `${path}/b64`);
}

function onlyOrAll(result: Tensors): unknown {
  const [only, ...others] = Object.values(result);
  return only && others.length === 0 ? only : result;
}

/**
 * Outputs by rows: as rows of the only one, or as objects with a member for each.
 *
 * @throws {HostError} `INPUT_INVALID` if an output has none: it was asked for in the wrong way.
 */
function rowsOf(result: Tensors, rows: number, path: string): unknown {
  for (const [name, { dims }] of Object.entries(result)) {
    if (dims[0] === rows) continue;
    const problem = `the output '${name}' has no row for each of ${rows} instances, but shape [${dims.join(', ')}]`;
    throw refused(path, `expected the inputs by columns, {"inputs": …}, as ${problem}`);
  }
  const outputs = Object.entries(result);
  if (outputs.length === 1) return outputs[0]?.[1];
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(outputs.map(([name, tensor]) => [name, rowOf(tensor, row)])),
  );
}

function rowOf({ type, dims, data }: Tensor, row: number): Tensor {
  const [, ...rowDims] = dims;
  const size = rowDims.reduce((product, dim) => product * dim, 1);
  const part = Array.isArray(data)
    ? data.slice(row * size, (row + 1) * size)
    : (data as Float32Array).subarray(row * size, (row + 1) * size);
  return new Tensor(type as 'float32', part as Float32Array, rowDims);
}
