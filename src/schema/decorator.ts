import { HostError } from '../errors.js';
import type { Run } from './service-schema.js';

type AnyRun = Run<never[], unknown>;

/** `true` if each input can be handed to some parameter of a function. */
type TakesAll<Inputs extends readonly unknown[], Parameters extends readonly unknown[]> = Inputs extends readonly [
  infer First,
  ...infer Others,
]
  ? TakesOne<First, Parameters> extends true
    ? TakesAll<Others, Parameters>
    : false
  : true;

/** What may be left out is taken by a parameter that may be, or that says `undefined`. */
type TakesOne<Input, Parameters extends readonly unknown[]> = undefined extends Input
  ? undefined extends Parameters[number]
    ? TakesValue<Exclude<Input, undefined>, Parameters>
    : false
  : TakesValue<Input, Parameters>;

type TakesValue<Input, Parameters extends readonly unknown[]> = number extends Parameters['length']
  ? [Input] extends [Parameters[number]]
    ? true
    : false
  : Required<Parameters> extends readonly [infer First, ...infer Others]
    ? [Input] extends [First]
      ? true
      : TakesValue<Input, Others>
    : false;

/** Nothing is assignable to it: the compiler names it where `run` cannot take an input. */
interface NoParameterFor<Inputs> {
  readonly 'run has no parameter that takes this input': Inputs;
}

type Takes<Inputs extends readonly unknown[], F extends AnyRun> =
  TakesAll<Inputs, Parameters<F>> extends true ? unknown : NoParameterFor<Inputs>;

/**
 * What `inputSchema()` and `outputSchema()` give: one function for the three ways to put a schema on `run`, a wrapper, a
 * standard decorator of a method (TC39) and a legacy one (`experimentalDecorators`).
 *
 * @typeParam Inputs - What `run` receives, in this order. Of a method the compiler can only tell that some parameter
 * takes each: which one is settled by the decorators above it.
 */
export interface RunDecorator<Inputs extends readonly unknown[]> {
  <R>(run: (...inputs: Inputs) => R): (...inputs: Inputs) => R;
  <F extends AnyRun>(run: F & Takes<Inputs, F>): F;
  <F extends AnyRun>(method: F & Takes<Inputs, F>, context: ClassMethodDecoratorContext): void;
  <F extends AnyRun>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<F> & Takes<Inputs, F>,
  ): void;
}

/**
 * {@link RunDecorator} of inputs that were named together. The compiler knows the types of an object's members, but not
 * their order: it sees to it that some parameter takes each.
 *
 * @typeParam Input - The union of what `run` receives.
 */
export interface NamedInputsDecorator<Input> {
  <F extends AnyRun>(run: F & TakesEach<Input, F>): F;
  <F extends AnyRun>(method: F & TakesEach<Input, F>, context: ClassMethodDecoratorContext): void;
  <F extends AnyRun>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<F> & TakesEach<Input, F>,
  ): void;
}

type TakesEach<Input, F extends AnyRun> = [NotTaken<Input, Parameters<F>>] extends [never]
  ? unknown
  : NoParameterFor<NotTaken<Input, Parameters<F>>>;
type NotTaken<Input, Parameters extends readonly unknown[]> = Input extends unknown
  ? TakesOne<Input, Parameters> extends true
    ? never
    : Input
  : never;

/** {@link RunDecorator} of a schema that says nothing of the inputs. */
export interface OutputDecorator {
  <A extends unknown[], R>(run: (...inputs: A) => R): (...inputs: A) => R;
  <F extends AnyRun>(method: F, context: ClassMethodDecoratorContext): void;
  (target: object, name: string | symbol, descriptor: PropertyDescriptor): void;
}

/** A mark that says nothing of what `run` takes or gives: its type stays what it is. */
export interface MarkDecorator {
  <F extends AnyRun>(run: F): F;
  <F extends AnyRun>(method: F, context: ClassMethodDecoratorContext): void;
  (target: object, name: string | symbol, descriptor: PropertyDescriptor): void;
}

/** How a decorator is named to whoever misuses it. */
export interface DecoratorWords {
  readonly name: string;
  /** What stands before the function, or behind the `@` of a method. */
  readonly use: string;
}

const schemaWords: DecoratorWords = { name: 'a schema', use: 'inputSchema(name, type)' };
const decorators = new WeakMap<object, DecoratorWords>();

/** Of a function that is what `inputSchema()`, `outputSchema()` or `batch()` gives, and still waits for its `run`. */
export function waitingDecorator(value: object): DecoratorWords | undefined {
  return decorators.get(value);
}

/**
 * The three call shapes of `wrap`.
 *
 * @throws {HostError} `ENTRY_INVALID`, when it is called, for what is no function or method.
 */
export function runDecorator(
  wrap: (run: AnyRun) => AnyRun,
  words = schemaWords,
): RunDecorator<never[]> & OutputDecorator & MarkDecorator {
  const decorate = (target: unknown, context?: unknown, descriptor?: PropertyDescriptor): unknown => {
    if (isName(context)) return legacy(target as object, context, descriptor, wrap, words);
    if (context !== undefined && !isMethod(context)) throw notMethod(context, words);
    if (typeof target !== 'function') {
      const fix = `Give it the function itself: ${words.use}((data) => …).`;
      throw new HostError('ENTRY_INVALID', `${sentence(words)} has been given something that is no function.`, { fix });
    }
    return wrap(target as AnyRun);
  };
  decorators.set(decorate, words);
  return decorate as RunDecorator<never[]> & OutputDecorator & MarkDecorator;
}

function sentence({ name }: DecoratorWords): string {
  return name.replace(/^a /, 'A ');
}

function isName(context: unknown): context is string | symbol {
  return typeof context === 'string' || typeof context === 'symbol';
}

function isMethod(context: unknown): boolean {
  return (context as { kind?: unknown } | null)?.kind === 'method';
}

function legacy(
  target: object,
  name: string | symbol,
  given: PropertyDescriptor | undefined,
  wrap: (run: AnyRun) => AnyRun,
  words: DecoratorWords,
): PropertyDescriptor {
  const descriptor = given ?? Object.getOwnPropertyDescriptor(target, name);
  if (typeof descriptor?.value !== 'function') throw notMethod({ kind: 'property', name }, words);
  return { ...descriptor, value: wrap(descriptor.value as AnyRun) };
}

function notMethod(context: unknown, words: DecoratorWords): HostError {
  const { kind = 'parameter', name = '' } = (context ?? {}) as { kind?: unknown; name?: unknown };
  const fix = `Put it on a method, as in: class Score { @${words.use} run(data) {…} }.`;
  const message = `${sentence(words)} cannot decorate the ${String(kind)} ${String(name)}.`;
  return new HostError('ENTRY_INVALID', message, { fix });
}
