import type { ParameterType } from '../parameter-type.js';

/** What `run` receives for a standard sample, worked out by the compiler. */
export type StandardValue<S> =
  S extends ParameterType<infer T>
    ? T
    : S extends string
      ? string
      : S extends number
        ? number
        : S extends bigint
          ? bigint
          : S extends boolean
            ? boolean
            : S extends Date | null | undefined
              ? S
              : S extends Uint8Array
                ? Buffer
                : S extends ReadonlyMap<unknown, infer V>
                  ? Map<string, StandardValue<V>>
                  : S extends ReadonlySet<infer E>
                    ? Set<StandardValue<E>>
                    : S extends readonly (infer E)[]
                      ? StandardValue<E>[]
                      : S extends object
                        ? { -readonly [K in keyof S]: StandardValue<S[K]> }
                        : S;
