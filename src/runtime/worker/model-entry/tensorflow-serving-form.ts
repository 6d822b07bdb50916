import { HostError } from '../../../errors.js';
import type { BodyForm, FormBody } from '../../../schema/body-form.js';
import { refused, shown } from '../../../schema/refusal.js';
import { Tensor } from '../../../tensor.js';
import type { ModelValue, Tensors } from '../../models/model.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * TensorFlow Serving's predict API: rows as `{"instances": […]}`, answered by `{"predictions": […]}`, or columns as
 * `{"inputs": …}`, answered by `{"outputs": …}`. A value alone stands for the only input, or output.
 *
 * @see https://www.tensorflow.org/tfx/serving/api_rest#predict_api
 */
export function tensorFlowServingForm(inputs: readonly ModelValue[]): BodyForm {
  const names = inputs.map(({ name }) => name);
  return {
    keys: ['instances', 'inputs'],
    matches: (body) => 'instances' in body || 'inputs' in body,
    read: (body) => {
      checkSignature(body.signature_name);
      return 'instances' in body ? readRows(body.instances, names) : readColumns(body.inputs, names);
    },
  };
}

/** One signature of the model is loaded, and serves under its usual name. */
function checkSignature(name: unknown): void {
  if (name === undefined || name === '' || name === 'serving_default') return;
  throw refused(
    '/signature_name',
    `expected serving_default, or nothing, as one signature is served, got ${shown(name)}`,
  );
}

function readRows(instances: unknown, names: readonly string[]): FormBody {
  const path = '/instances';
  if (!Array.isArray(instances) || instances.length === 0) {
    throw refused(path, `expected a list of one row or more, got ${shown(instances)}`);
  }
  const [only, ...others] = names as readonly [string];
  const isNamed = isNamedRow(instances[0], names);
  if (!isNamed && others.length > 0) {
    throw refused(`${path}/0`, `expected an object with ${names.join(', ')}, got ${shown(instances[0])}`);
  }
  const column = (name: string) =>
    instances.map((row: unknown, i) => {
      if (!isNamed) return text(row);
      if (isNamedRow(row, [name])) return text((row as Json)[name]);
      throw refused(`${path}/${i}`, `expected an object with ${name}, got ${shown(row)}`);
    });
  const values = new Map((isNamed ? names : [only]).map((name) => [name, column(name)]));
  return {
    values,
    // The row comes first in the body, behind the input for the schema.
    locate: (at) => {
      const [, name = '', row, rest = ''] = /^\/([^/]*)(\/\d+)?(.*)$/.exec(at) ?? [];
      return row === undefined ? path : `${path}${row}${isNamed ? `/${name}` : ''}${rest}`;
    },
    write: (result) => ({ predictions: rowsOf(result as Tensors, instances.length) }),
  };
}

function isNamedRow(row: unknown, names: readonly string[]): boolean {
  return typeof row === 'object' && row !== null && names.some((name) => Object.hasOwn(row, name));
}

function readColumns(inputs: unknown, names: readonly string[]): FormBody {
  const path = '/inputs';
  const isNamed = !Array.isArray(inputs) && isNamedRow(inputs, names);
  if (!isNamed && names.length > 1) {
    throw refused(path, `expected an object with ${names.join(', ')}, got ${shown(inputs)}`);
  }
  const columns = isNamed ? Object.entries(inputs as Json) : [[names[0] as string, inputs] as const];
  return {
    values: new Map(columns.map(([name, value]) => [name, text(value)])),
    locate: (at) => (isNamed ? `${path}${at}` : `${path}${at.replace(/^\/[^/]*/, '')}`),
    write: (result) => ({ outputs: onlyOrAll(result as Tensors) }),
  };
}

/** `{"b64": "…"}` stands for bytes, which are a text here. */
function text(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(text);
  if (typeof value !== 'object' || value === null || !('b64' in value)) return value;
  return typeof value.b64 === 'string' ? Buffer.from(value.b64, 'base64').toString() : value;
}

function onlyOrAll(result: Tensors): unknown {
  const [only, ...others] = Object.values(result);
  return only && others.length === 0 ? only : result;
}

/** Outputs by rows: as rows of the only one, or as objects with a member for each. */
function rowsOf(result: Tensors, rows: number): unknown {
  for (const [name, { dims }] of Object.entries(result)) {
    if (dims[0] === rows) continue;
    const message = `The output '${name}' has not one row for each of ${rows} instances, but shape [${dims.join(', ')}].`;
    throw new HostError('RESULT_INVALID', `${message} Send the inputs by columns: {"inputs": …}.`);
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
