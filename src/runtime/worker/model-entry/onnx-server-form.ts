import { HostError } from '../../../errors.js';
import type { BodyForm } from '../../../schema/body-form.js';
import { pointerToken, refused, shown } from '../../../schema/refusal.js';
import type { InputParameter } from '../../../schema/service-schema.js';
import type { Tensor } from '../../../tensor.js';
import type { ModelValue, Tensors } from '../../models/model.js';
import { protoOfTensor, type TensorProtoJson, tensorOfProto } from './tensor-proto.js';

/**
 * ONNX Runtime Server's JSON, which Azure's no-code deployments spoke: `{"inputs": {NAME: TensorProto}, "outputFilter":
 * [NAME]}`, answered by `{"outputs": {NAME: TensorProto}}`.
 *
 * @see microsoft/onnxruntime, docs/ONNX_Runtime_Server_Usage.md of 2020, and onnxruntime/server/protobuf/predict.proto
 */
export function onnxServerForm(parameters: readonly InputParameter[], outputs: readonly ModelValue[]): BodyForm {
  return {
    keys: ['inputs'],
    matches: ({ inputs }) => isObject(inputs) && Object.values(inputs).some(isTensorProto),
    read: (body) => {
      const inputs = Object.entries(body.inputs as Record<string, unknown>);
      const wanted = outputFilter(body.outputFilter ?? body.output_filter ?? [], outputs);
      return {
        values: new Map(inputs.map(([name, proto]) => [name, tensorOf(name, proto, parameters)])),
        locate: (path) => `/inputs${path}`,
        write: (result) => ({ outputs: protos(result as Tensors, wanted) }),
      };
    },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTensorProto(value: unknown): value is TensorProtoJson {
  return isObject(value) && ('dataType' in value || 'data_type' in value);
}

/** Of the type and shape of its input; one that no input wants is only read. */
function tensorOf(name: string, proto: unknown, parameters: readonly InputParameter[]): Tensor {
  const path = `/inputs/${pointerToken(name)}`;
  if (!isTensorProto(proto))
    throw refused(path, `expected an object with dims, dataType and rawData, got ${shown(proto)}`);
  const tensor = tensorOfProto(proto, path);
  const parameter = parameters.find((each) => each.name === name);
  return (parameter?.type.fromTensor?.(tensor, path) as Tensor | undefined) ?? tensor;
}

/** The names of the outputs that are asked for: all, where none is. */
function outputFilter(filter: unknown, outputs: readonly ModelValue[]): readonly string[] {
  const names = outputs.map(({ name }) => name);
  const path = '/outputFilter';
  if (!Array.isArray(filter)) throw refused(path, `expected a list of names of outputs, got ${shown(filter)}`);
  for (const [i, name] of filter.entries()) {
    if (!names.includes(name)) throw refused(`${path}/${i}`, `expected one of ${names.join(', ')}, got ${shown(name)}`);
  }
  return filter.length === 0 ? names : [...new Set(filter as string[])];
}

function protos(result: Tensors, names: readonly string[]) {
  return Object.fromEntries(
    names.map((name) => {
      const tensor = result[name];
      if (!tensor) throw new HostError('RESULT_INVALID', `The model gave no output '${name}'.`);
      return [name, protoOfTensor(tensor)];
    }),
  );
}
