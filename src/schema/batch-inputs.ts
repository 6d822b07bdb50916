import { HostError } from '../errors.js';
import { NumpyParameterType } from './numpy/numpy-parameter-type.js';
import { PandasParameterType } from './pandas/pandas-parameter-type.js';
import type { InputParameter, ServiceSchema } from './service-schema.js';
import { SparkParameterType } from './spark/spark-parameter-type.js';

/**
 * Holds the inputs of a `run` that is marked with `batch()` to what can be stacked: tensors and data frames with a free
 * first axis, which no call leaves out.
 *
 * @throws {HostError} `ENTRY_INVALID` naming the first input that cannot.
 */
export function checkBatchInputs({ kind, inputs }: ServiceSchema): void {
  if (kind !== 'typed' || inputs.length === 0) {
    const fix = 'Add a schema: batch({ maxSize: 32 })(inputSchema(name, type)(run)), or leave batch() out.';
    throw new HostError('ENTRY_INVALID', 'run() is marked with batch(), but has no inputs in a schema to stack.', {
      fix,
    });
  }
  for (const input of inputs) {
    const problem = problemOf(input);
    if (!problem) continue;
    const message = `run() is marked with batch(), but its input '${input.name}' cannot be stacked: ${problem.reason}.`;
    throw new HostError('ENTRY_INVALID', message, { fix: `${problem.fix}, or leave batch() out.` });
  }
}

interface Problem {
  readonly reason: string;
  readonly fix: string;
}

function problemOf({ type, optional, convert }: InputParameter): Problem | undefined {
  if (optional) return { reason: 'it is optional, and calls have to be alike', fix: 'Leave optional: true out' };
  if (!convert) {
    const fix = 'Leave convertToProvidedType: false out';
    return { reason: 'it comes as JSON has it, neither a Tensor nor a DataFrame', fix };
  }
  if (type instanceof PandasParameterType || type instanceof SparkParameterType) return undefined;
  if (!(type instanceof NumpyParameterType)) {
    const fix = 'Make it a NumpyParameterType, a PandasParameterType or a SparkParameterType';
    return { reason: `it is a ${type.constructor.name}, neither a Tensor nor a DataFrame`, fix };
  }
  if (!type.fromTensor) {
    const fix = 'Take a dtype of numbers, booleans or text, or a PandasParameterType';
    return { reason: 'there are no tensors of its elements, which come as arrays', fix };
  }
  if (type.jsonSchema.type === 'array') return undefined;
  return { reason: 'its sample has no axes', fix: 'Give a sample with a first axis: [1.5] in place of 1.5' };
}
