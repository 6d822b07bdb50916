/**
 * Checked by the compiler alone: what `run` receives is worked out from the samples, and a `run` that takes something
 * else does not compile. A line below `@ts-expect-error` that compiled would fail `npm test`.
 */
import { expectTypeOf } from 'vitest';
import {
  inputSchema,
  type NestedArray,
  NumpyParameterType,
  outputSchema,
  type ParameterType,
  StandardParameterType,
  type Tensor,
  type TypedTensor,
  type ValueOf,
} from '../../src/index.js';

const floats = new NumpyParameterType([[1.5, 2]]);
const longs = new NumpyParameterType([1n]);
const count = new StandardParameterType(1);
const person = new StandardParameterType({ name: 'Sarah', age: 5n, born: new Date(0), scores: floats, tags: ['a'] });

// The sample says what run receives.
inputSchema('data', floats)((data) => expectTypeOf(data).toEqualTypeOf<TypedTensor<'float32'>>());
inputSchema('data', longs)((data) => expectTypeOf(data.data).toEqualTypeOf<BigInt64Array>());
inputSchema(
  'data',
  new NumpyParameterType([[1]], { dtype: 'uint8' }),
)((data) => expectTypeOf(data.data).toEqualTypeOf<Uint8Array>());
inputSchema(
  'data',
  new NumpyParameterType(Int16Array.of(1)),
)((data) => expectTypeOf(data.type).toEqualTypeOf<'int16'>());
inputSchema('data', new NumpyParameterType(['a']))((data) => expectTypeOf(data.data).toEqualTypeOf<string[]>());
inputSchema(
  'data',
  new NumpyParameterType([{ name: 'a', at: new Date(0), grades: [1] }], {
    dtype: { name: 'string', at: 'datetime64[s]', grades: ['float64', [1]] },
  }),
)((data) => {
  expectTypeOf(data.map(({ name }) => name)).toEqualTypeOf<string[]>();
  expectTypeOf(data.map(({ at }) => at)).toEqualTypeOf<(Date | null)[]>();
});
inputSchema(
  'data',
  new NumpyParameterType([[new Date(0)]]),
)((data) => expectTypeOf(data).toEqualTypeOf<(Date | null)[][]>());
inputSchema('data', new NumpyParameterType([Buffer.from('a')]))((data) => expectTypeOf(data).toEqualTypeOf<Buffer[]>());
inputSchema(
  'data',
  new NumpyParameterType([[1]] as NestedArray, { dtype: 'object' }),
)((data) => expectTypeOf(data).toEqualTypeOf<NestedArray<unknown>>());
inputSchema('data', count)((data) => expectTypeOf(data).toEqualTypeOf<number>());
inputSchema('data', new StandardParameterType([1n]))((data) => expectTypeOf(data).toEqualTypeOf<bigint[]>());
inputSchema(
  'data',
  new StandardParameterType(new Map([['a', new Date(0)]])),
)((data) => expectTypeOf(data).toEqualTypeOf<Map<string, Date>>());
inputSchema(
  'data',
  person,
)((data) =>
  expectTypeOf(data).toEqualTypeOf<{
    name: string;
    age: bigint;
    born: Date;
    scores: TypedTensor<'float32'>;
    tags: string[];
  }>(),
);

// Options are part of it.
inputSchema('data', count, { optional: true })((data) => expectTypeOf(data).toEqualTypeOf<number | undefined>());
inputSchema('data', count, { convertToProvidedType: false })((data) => expectTypeOf(data).toEqualTypeOf<unknown>());
// @ts-expect-error what may be left out is not always a number
inputSchema('data', count, { optional: true })((data: number) => data);
// @ts-expect-error there is no such option
inputSchema('data', count, { optinal: true });

// A run may take a wider type, and less than it is given.
inputSchema('data', floats)((data: Tensor) => data.dims);
inputSchema('data', floats)(() => 1);
inputSchema('data', floats)(async (data: Tensor) => data);

// What run does not take does not compile.
// @ts-expect-error a tensor is no number
inputSchema('data', floats)((data: number) => data);
// @ts-expect-error a number is no string
inputSchema('data', count)((data: string) => data);
// @ts-expect-error int64 is no float32
inputSchema('data', longs)((data: TypedTensor<'float32'>) => data);
// @ts-expect-error a bare sample is no parameter type
inputSchema('data', [[1, 2]]);
// @ts-expect-error a dtype that there is not
new NumpyParameterType([1], { dtype: 'float8' });
// @ts-expect-error a standard sample has no dtype
new StandardParameterType(1, { dtype: 'int64' });

// Several inputs: stacked, the outermost is the first; or together.
const stacked = inputSchema('a', floats)(inputSchema('b', count)((a: Tensor, b: number) => [a, b]));
expectTypeOf(stacked).parameters.toEqualTypeOf<[a: Tensor, b: number]>();
// @ts-expect-error nothing takes the number
inputSchema('a', floats)(inputSchema('b', count)((a: Tensor, b: string) => [a, b]));
inputSchema({ a: floats, b: { type: count, optional: true } })((a: Tensor, b?: number) => [a, b]);
// @ts-expect-error nothing takes the number
inputSchema({ a: floats, b: count })((a: Tensor, b: string) => [a, b]);
// @ts-expect-error nothing takes the number that may be left out
inputSchema({ a: floats, b: { type: count, optional: true } })((a: Tensor, b: number) => [a, b]);

// An output says nothing of the inputs.
outputSchema(count)((data: Tensor) => data.size);
inputSchema('data', floats)(outputSchema(count)((data: Tensor) => data.size));

// Standard decorators of methods.
export class Right {
  @inputSchema('a', floats)
  @inputSchema('b', count)
  @outputSchema(count)
  run(a: Tensor, b: number): number {
    return a.size + b;
  }

  @inputSchema({ a: floats, b: count })
  static run(a: Tensor, b: number): number {
    return a.size + b;
  }
}

export class Wrong {
  // @ts-expect-error the method takes no tensor
  @inputSchema('a', floats)
  run(a: string): string {
    return a;
  }

  // @ts-expect-error the method takes no number
  @inputSchema({ a: floats, b: count })
  static run(a: Tensor): number {
    return a.size;
  }
}

// A type of one's own.
class Celsius implements ParameterType<number> {
  readonly jsonSchema = { type: 'string', pattern: '^-?[0-9]+ °C$', example: '21 °C' } as const;
  decode(value: unknown): number {
    return Number.parseInt(value as string, 10);
  }
}
inputSchema('t', new Celsius())((t) => expectTypeOf(t).toEqualTypeOf<number>());

// Where nothing can be inferred, as in a method, the value of a type has a name.
expectTypeOf<ValueOf<typeof longs>>().toEqualTypeOf<TypedTensor<'int64'>>();
expectTypeOf<ValueOf<typeof person>['born']>().toEqualTypeOf<Date>();
expectTypeOf<ValueOf<ParameterType<Set<string>>>>().toEqualTypeOf<Set<string>>();
// @ts-expect-error: a sample is no parameter type
expectTypeOf<ValueOf<number[]>>();
