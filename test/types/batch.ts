/** Checked by the compiler alone: `batch()` leaves the type of `run` as it is, on either side of the schemas. */
import { expectTypeOf } from 'vitest';
import {
  type BatchedCall,
  batch,
  batchContext,
  inputSchema,
  NumpyParameterType,
  outputSchema,
  type RequestContext,
  type Tensor,
  type TypedTensor,
} from '../../src/index.js';

const floats = new NumpyParameterType([[1.5, 2]]);
const marked = batch({ maxSize: 8 });
type Floats = TypedTensor<'float32'>;
type FloatsRun = (data: Floats) => Floats;

/** What the sample says reaches a parameter that does not say it. */
const outermost = marked(inputSchema('data', floats)(outputSchema(floats)((data) => data)));
const between = inputSchema('data', floats)(batch({ maxSize: 8 })(outputSchema(floats)((data) => data)));
const innermost = inputSchema('data', floats)(outputSchema(floats)(batch({ maxSize: 8 })((data) => data)));
expectTypeOf(outermost).toEqualTypeOf<FloatsRun>();
expectTypeOf(between).toEqualTypeOf<FloatsRun>();
expectTypeOf(innermost).toEqualTypeOf<FloatsRun>();

const generic = marked(<T extends Tensor>(data: T, rows?: number) => [data, rows] as const);
expectTypeOf(generic(null as unknown as Floats)).toEqualTypeOf<readonly [Floats, number | undefined]>();

// What run does not take does not compile.
// @ts-expect-error a tensor is no number
inputSchema('data', floats)(batch({ maxSize: 8 })((data: number) => data));
// @ts-expect-error the size is a number
batch({ maxSize: '8' });
// @ts-expect-error there is no such option
batch({ maxSize: 8, waitMs: 5 });
// @ts-expect-error it takes run when it has its options
batch((data: Tensor) => data);

// Standard decorators of methods.
export class Score {
  @batch({ maxSize: 8 })
  @inputSchema('data', floats)
  run(data: Tensor): Tensor {
    return data;
  }

  @inputSchema('data', floats)
  @batch({ maxSize: 8 })
  @outputSchema(floats)
  static run(data: Tensor): Tensor {
    return data;
  }
}

expectTypeOf(batchContext().calls).toEqualTypeOf<readonly BatchedCall[]>();
expectTypeOf<BatchedCall>().toExtend<RequestContext>();
expectTypeOf<BatchedCall['rows' | 'firstRow']>().toEqualTypeOf<number>();
