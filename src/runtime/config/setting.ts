/**
 * One setting: everything that is said of it anywhere, in one place.
 *
 * @typeParam T - What the host receives.
 */
export interface Setting<T> {
  readonly env: string;
  /** Without its dashes; both `--worker_count` and `--worker-count` are understood. */
  readonly flag?: string;
  readonly help: string;
  readonly default: T;
  /** What `--help` prints for the default, where that is computed. */
  readonly defaultText: string;
  /** What a value may be, in words: `1 to 65535`. */
  readonly range: string;
  /** @returns undefined for a text that is no value of this setting. */
  readonly parse: (text: string) => T | undefined;
  /** Its value is shown nowhere: not by an error, and not to workers, whose environment lacks it. */
  readonly secret?: true;
}

/** The settings of one part of the host, by the names its config has. */
export type Settings<T> = { readonly [Name in keyof T]: Setting<T[Name]> };

interface Common {
  readonly env: string;
  readonly flag?: string;
  readonly help: string;
}

export function integer(
  options: Common & { readonly default: number; readonly min: number; readonly max?: number },
): Setting<number> {
  const { min, max = Number.MAX_SAFE_INTEGER } = options;
  return {
    ...options,
    defaultText: String(options.default),
    range: options.max === undefined ? `a whole number, ${min} or more` : `a whole number from ${min} to ${max}`,
    parse: (text) => {
      if (!/^[+-]?\d+$/.test(text)) return undefined;
      const value = Number(text);
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** A number that may have decimals. */
export function decimal(
  options: Common & { readonly default: number; readonly min: number; readonly max: number },
): Setting<number> {
  const { min, max } = options;
  return {
    ...options,
    defaultText: String(options.default),
    range: `a number from ${min} to ${max}`,
    parse: (text) => {
      if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text)) return undefined;
      const value = Number(text);
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** A whole number, or one of some words. */
export function integerOr<T extends string>(
  options: Common & {
    readonly default: T | number;
    readonly words: readonly T[];
    readonly min: number;
    readonly max: number;
  },
): Setting<T | number> {
  const number = integer({ ...options, default: options.min });
  return {
    ...options,
    defaultText: String(options.default),
    range: `${options.words.join(', ')} or ${number.range}`,
    parse: (value) => options.words.find((word) => word === value.toLowerCase()) ?? number.parse(value),
  };
}

export function text(options: Common & { readonly default: string }): Setting<string> {
  return { ...options, defaultText: options.default || 'none', range: 'any text', parse: (value) => value };
}

/** A text that is shown nowhere. It has no flag: every user of a machine sees the command lines of all. */
export function secret(
  options: Omit<Common, 'flag'> & Pick<Setting<string>, 'range' | 'parse'>,
): Setting<string> & { readonly secret: true } {
  const parse = (value: string) => (value === '' ? '' : options.parse(value));
  return { ...options, parse, default: '', defaultText: 'none', secret: true };
}

const flagWords: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

export function flag(options: Common & { readonly default: boolean }): Setting<boolean> {
  return {
    ...options,
    defaultText: String(options.default),
    range: 'true or false',
    parse: (value) => flagWords[value.toLowerCase()],
  };
}

/** A flag whose default follows from other settings, as `defaultText` says. */
export function flagOrAuto(options: Common & { readonly defaultText: string }): Setting<boolean | 'auto'> {
  const { parse } = flag({ ...options, default: false });
  return {
    ...options,
    default: 'auto',
    range: 'true, false or auto',
    parse: (value) => (value.toLowerCase() === 'auto' ? 'auto' : parse(value)),
  };
}

export function oneOf<T extends string>(
  options: Common & { readonly default: T; readonly values: readonly T[] },
): Setting<T> {
  return {
    ...options,
    defaultText: options.default,
    range: options.values.join(', '),
    parse: (value) => options.values.find((allowed) => allowed.toLowerCase() === value.toLowerCase()),
  };
}

/** Values of a list of known ones, each at most once. @param options.aliases - In lower case: other words for them. */
export function listOf<T extends string>(
  options: Common & {
    readonly default: readonly T[];
    readonly values: readonly T[];
    readonly aliases?: Readonly<Record<string, T>>;
  },
): Setting<readonly T[]> {
  const aliases = new Map(Object.entries(options.aliases ?? {}));
  const read = (word: string): T | undefined => {
    const lower = word.trim().toLowerCase();
    return options.values.find((value) => value === lower) ?? aliases.get(lower);
  };
  return {
    ...options,
    default: Object.freeze([...options.default]),
    defaultText: options.default.join(','),
    range: `${options.values.join(', ')}, or several of them separated by commas`,
    parse: (value) => {
      const values = value.split(',').map(read);
      const known = values.filter((each) => each !== undefined);
      return known.length === values.length && new Set(known).size === known.length ? Object.freeze(known) : undefined;
    },
  };
}

/** What marks the settings that are objects. */
export const OBJECT_RANGE = 'an object in JSON';

/** An object in JSON, as text; a config file may have it as it is. */
export function object(options: Common): Setting<Readonly<Record<string, unknown>>> {
  return {
    ...options,
    default: Object.freeze({}),
    defaultText: 'none',
    range: OBJECT_RANGE,
    parse: (value) => {
      try {
        const parsed = JSON.parse(value) as unknown;
        const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
        return isObject ? Object.freeze(parsed as Record<string, unknown>) : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

export function list(options: Common): Setting<readonly string[]> {
  return {
    ...options,
    default: Object.freeze([]),
    defaultText: 'none',
    range: 'values separated by commas',
    parse: (value) => {
      const parts = value.split(',').map((part) => part.trim());
      return Object.freeze(parts.filter((part) => part !== ''));
    },
  };
}
