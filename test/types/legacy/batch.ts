/** The same, for `experimentalDecorators`: checked by the compiler alone, see ../legacy.test.ts. */
import { batch, inputSchema, NumpyParameterType, outputSchema, type Tensor } from 'scorehost';

const floats = new NumpyParameterType([[1.5, 2]]);

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

export class Wrong {
  // @ts-expect-error it is for methods
  @batch({ maxSize: 8 })
  run = (data: Tensor): Tensor => data;
}
