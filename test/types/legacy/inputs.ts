/** The same, for `experimentalDecorators`: checked by the compiler alone, see ../legacy.test.ts. */
import { inputSchema, NumpyParameterType, outputSchema, StandardParameterType, type Tensor } from 'scorehost';

const floats = new NumpyParameterType([[1.5, 2]]);
const count = new StandardParameterType(1);

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
