import {
  inputSchema,
  NumpyParameterType,
  outputSchema,
  PandasParameterType,
  type ParameterType,
} from '../../../src/index.js';
import { openApiDocuments } from '../../../src/schema/openapi/documents.js';
import { type Run, schemaOf } from '../../../src/schema/service-schema.js';
import type { Fragment } from './fragment.js';
import type { RecordedParam } from './python-value.js';
import type { SchemaCase } from './schema-case.js';
import { ownType, translateParam } from './translate-sample.js';

/** The parts of a document that are of the samples, and the versions that are offered. */
export interface Documented {
  readonly ServiceInput: Fragment;
  readonly ServiceOutput: Fragment;
  readonly versions: readonly string[];
}

/**
 * The documents of a recorded script, as the host makes them: its inputs in the order of the parameters of `run`, as
 * someone who moves from Python writes them.
 *
 * @throws {HostError} `ENTRY_INVALID`
 */
export function documented({ python_source, params, output, schema_decorated }: SchemaCase): Documented {
  let run: Run = (...values: never[]) => values[0];
  const outputs = [...python_source.matchAll(/^@output_schema/gm)];
  for (let i = 0; i < outputs.length; i++) run = decorate(outputSchema(typeOf(output ?? {}, python_source)), run);
  for (const param of inSignatureOrder(
    params.length > 0 ? params : unnamedParams(python_source),
    python_source,
  ).reverse()) {
    run = decorate(inputSchema(String(param.name), typeOf(param, python_source)), run);
  }
  const schema = schemaOf(run);
  if ((schema.kind === 'typed') !== (schema_decorated ?? true))
    throw new Error('the script is not decorated as recorded');
  const documents = openApiDocuments(schema, { name: 'ML service', version: '1.0', pathPrefix: '' });
  const { schemas } = (documents['3'] as unknown as { components: { schemas: Record<string, Fragment> } }).components;
  return {
    ServiceInput: schemas.ServiceInput as Fragment,
    ServiceOutput: schemas.ServiceOutput as Fragment,
    versions: Object.keys(documents).map((version) => (version.includes('.') ? version : `${version}.0`)),
  };
}

/** The wrapper is typed for each `run`; here it is any. */
function decorate(decorator: unknown, run: Run): Run {
  return (decorator as (run: Run) => Run)(run);
}

/** The names between the parentheses of `def run(…)`. */
export function signature(source: string): string[] {
  const [, list = ''] = /def run\(([^)]*)\)/.exec(source) ?? [];
  return list.split(',').map((each) => (each.split('=')[0] as string).trim());
}

function inSignatureOrder(params: readonly RecordedParam[], source: string): RecordedParam[] {
  const names = signature(source);
  const place = ({ name }: RecordedParam) =>
    names.includes(String(name)) ? names.indexOf(String(name)) : names.length;
  return [...params].sort((a, b) => place(a) - place(b));
}

/** Where even the type could not be built, the record has no sample of it: the script has the name. */
function unnamedParams(source: string): RecordedParam[] {
  return [...source.matchAll(/^@input_schema\(\s*(?:param_name=)?["'](\w+)["']/gm)].map(([, name]) => ({
    name: String(name),
  }));
}

function typeOf(param: RecordedParam, source: string): ParameterType {
  if (param.type === undefined) return typeOfSource(source);
  if (/^(?:StandardPython|Numpy|Pandas|Spark)ParameterType$/.test(param.type)) return translateParam(param, { source });
  const [, body = '{}'] = /def input_to_swagger\(self[^)]*\):\s*return (\{.*\})/.exec(source) ?? [];
  return ownType(JSON.parse(body.replaceAll("'", '"').replaceAll('True', 'true').replaceAll('None', 'null')));
}

/** What NumPy calls them in its messages. */
const longNames: Readonly<Record<string, string>> = { longdouble: 'float128', clongdouble: 'complex256' };

/** A type that says no to its arguments: which, its script says. */
function typeOfSource(source: string): ParameterType {
  const [, orient] = /orient=['"](\w*)['"]/.exec(source) ?? [];
  if (orient !== undefined) return new PandasParameterType([{ a: 1 }], { orient: orient as 'records' });
  const [, dtype] = /dtype=(?:np\.)?['"]?(\w+)/.exec(source) ?? [];
  if (dtype !== undefined) return new NumpyParameterType([1], { dtype: (longNames[dtype] ?? dtype) as 'float64' });
  if (/\bPd\(/.test(source)) return new PandasParameterType('no frame' as never);
  if (/\bNp\(/.test(source)) return new NumpyParameterType('no array' as never);
  return 5 as unknown as ParameterType;
}
