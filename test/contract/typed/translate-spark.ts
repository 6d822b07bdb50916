import { DataFrame, type ParameterType, type SparkDtype, SparkParameterType } from '../../../src/index.js';
import {
  type PythonValue,
  pythonValue,
  type RecordedParam,
  type RecordedSparkFrame,
  type Tagged,
} from './python-value.js';
import { isoMoment, NoCounterpart } from './translate-value.js';

/** The same frame with the types of Spark by the names that they have here. */
export function sparkType({ options = {} }: RecordedParam, sample: PythonValue, source: string): ParameterType {
  if (sample.kind !== 'spark') return new SparkParameterType('no frame' as never);
  const dtypes = Object.fromEntries(sample.columns.map(([name, type]) => [name, dtypeOf(name, type, source)]));
  return new SparkParameterType(translateRows(sample, dtypes), {
    applySampleSchema: options.apply_sample_schema !== false,
    dtypes,
  });
}

/** What is inside an array, a map or a struct only the script says: `StructField('a', ArrayType(IntegerType()))`. */
function dtypeOf(name: string, type: string, source: string): SparkDtype {
  if (!/^(?:array|map|struct)$/.test(type)) return scalarOf(type);
  const field = source.indexOf(`StructField('${name}', `);
  return new TypeReader(source.slice(field + `StructField('${name}', `.length)).read();
}

function scalarOf(type: string): SparkDtype {
  const name = type.replace(/\(.*/, '').toLowerCase();
  const long: Readonly<Record<string, string>> = { int: 'integer', bigint: 'long', smallint: 'short', tinyint: 'byte' };
  return (long[name] ?? name) as SparkDtype;
}

/** Reads `MapType(StringType(), DoubleType())` and the like. */
class TypeReader {
  #rest: string;

  constructor(source: string) {
    this.#rest = source;
  }

  read(): SparkDtype {
    const [all, name] = /^\s*(\w+)Type\(/.exec(this.#rest) ?? [];
    if (all === undefined || name === undefined) throw new NoCounterpart(this.#rest.slice(0, 40));
    this.#rest = this.#rest.slice(all.length);
    switch (name) {
      case 'Array':
        return this.#closed([this.read()]);
      case 'Map': {
        this.read();
        this.#skip(/^\s*,/);
        return this.#closed({ '*': this.read() });
      }
      case 'Struct':
        return this.#closed(this.#fields());
      default:
        return this.#closed(scalarOf(name));
    }
  }

  #fields(): SparkDtype {
    this.#skip(/^\s*\[/);
    const fields: Record<string, SparkDtype> = {};
    for (;;) {
      const [all, name] = /^\s*,?\s*StructField\(['"](\w+)['"],\s*/.exec(this.#rest) ?? [];
      if (all === undefined || name === undefined) break;
      this.#rest = this.#rest.slice(all.length);
      fields[name] = this.#closed(this.read());
    }
    this.#skip(/^\s*\]/);
    return fields;
  }

  /** Up to the parenthesis that ends a type; `nullable` and the like say nothing of it. */
  #closed<T>(dtype: T): T {
    this.#skip(/^[^()[\]]*\)/);
    return dtype;
  }

  #skip(pattern: RegExp): void {
    this.#rest = this.#rest.replace(pattern, '');
  }
}

function translateRows({ columns, rows }: RecordedSparkFrame, dtypes: Readonly<Record<string, SparkDtype>>): DataFrame {
  const names = columns.map(([name]) => name);
  const values = names.map((name) => [name, rows.map((row) => translateCell(row[name], dtypes[name]))] as const);
  return DataFrame.fromColumns(values, { types: Object.fromEntries(names.map((name) => [name, 'object'] as const)) });
}

/** Bytes and moments are recorded as Python shows them. */
function translateCell(cell: Tagged, dtype: SparkDtype | undefined): unknown {
  const value = pythonValue(cell);
  if (value.kind === 'str') {
    const [, bytes] = /^(?:bytearray\()?b'(.*)'\)?$/.exec(value.value) ?? [];
    if (dtype === 'binary' && bytes !== undefined) return Buffer.from(bytes, 'latin1');
    if (dtype === 'date' || dtype === 'timestamp') return new Date(isoMoment(value.value));
    const [, decimal] = /^(?:Decimal\(')?(-?[\d.]+)(?:'\))?$/.exec(value.value) ?? [];
    return dtype === 'decimal' && decimal !== undefined ? Number(decimal) : value.value;
  }
  return jsonOf(value, dtype);
}

function jsonOf(value: PythonValue, dtype: SparkDtype | undefined): unknown {
  switch (value.kind) {
    case 'int':
      return typeof dtype === 'string' && /^(?:byte|short|integer|float|double|decimal)$/.test(dtype)
        ? Number(value.value)
        : value.value;
    case 'float':
    case 'str':
    case 'bool':
      return value.value;
    case 'bytes':
    case 'bytearray':
      return value.value;
    case 'date':
    case 'datetime':
      return new Date(isoMoment(value.iso));
    case 'list':
    case 'tuple':
      return value.items.map((item) => jsonOf(item, Array.isArray(dtype) ? (dtype[0] as SparkDtype) : undefined));
    case 'dict':
      return memberOf(value.members, dtype);
    case 'object':
      return value.name.endsWith('Decimal') ? Number(/[\d.-]+/.exec(value.repr)?.[0]) : String(value.repr);
    default:
      return null;
  }
}

/** A map for a map, an object for a struct. */
function memberOf(members: ReadonlyMap<string, PythonValue>, dtype: SparkDtype | undefined): unknown {
  const fields = (typeof dtype === 'object' && !Array.isArray(dtype) ? dtype : {}) as Readonly<
    Record<string, SparkDtype>
  >;
  const isMap = '*' in fields;
  const entries = [...members].map(([name, member]) => [name, jsonOf(member, fields[isMap ? '*' : name])] as const);
  return isMap ? new Map(entries) : Object.fromEntries(entries);
}
