import { HostError } from '../../errors.js';
import { nearestName } from '../../nearest-name.js';
import type { Tensor } from '../../tensor.js';
import { readFeeds } from './feeds.js';
import type { Feeds, Model, ModelValue } from './model.js';
import { runFailure } from './run-failure.js';
import type { Session } from './session.js';

/** A session behind the checks that all runtimes share, so that no feed reaches native code that it does not fit. */
export class SessionModel implements Model {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly executionProvider: string;
  /** As messages name it: callers may see them, and no path is theirs to know. */
  readonly #name: string;
  readonly #session: Session;
  readonly #allOutputs: readonly string[];
  readonly #onRelease: (() => void) | undefined;
  #running = 0;
  #onIdle: (() => void) | undefined;
  #released: Promise<void> | undefined;

  /** @param onRelease - Called once, when the session is gone. */
  constructor(name: string, session: Session, onRelease?: () => void) {
    this.#onRelease = onRelease;
    this.#name = name;
    this.#session = session;
    this.inputs = session.inputs;
    this.outputs = session.outputs;
    this.executionProvider = session.executionProvider;
    this.#allOutputs = session.outputs.map(({ name }) => name);
  }

  async run(feeds: Feeds, outputs: readonly string[] = this.#allOutputs): Promise<Record<string, Tensor>> {
    if (this.#released) {
      const fix = 'Release a model when nothing needs it any more, or load it again.';
      throw new HostError('MODEL_RUN_FAILED', `Cannot run ${this.#name}: it has been released.`, { fix });
    }
    if (outputs !== this.#allOutputs) this.#checkOutputs(outputs);
    const tensors = readFeeds(this.#name, this.inputs, feeds);
    this.#running++;
    try {
      return await this.#session.run(tensors, outputs);
    } catch (error) {
      throw error instanceof HostError ? error : runFailure(this.#name, tensors, error);
    } finally {
      this.#running--;
      if (this.#running === 0) this.#onIdle?.();
    }
  }

  release(): Promise<void> {
    this.#released ??= this.#releaseWhenIdle();
    return this.#released;
  }

  async #releaseWhenIdle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    await this.#session.release();
    this.#onRelease?.();
  }

  #checkOutputs(outputs: readonly string[]): void {
    const unknown = outputs.find((name) => !this.#allOutputs.includes(name));
    if (unknown === undefined && outputs.length > 0) return;
    const asked = unknown === undefined ? 'no output was asked for' : `it has no output '${unknown}'`;
    const nearest = unknown === undefined ? undefined : nearestName(unknown, this.#allOutputs);
    const hint = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
    const names = this.#allOutputs.map((name) => `'${name}'`).join(', ');
    throw new HostError('FEEDS_INVALID', `Cannot run ${this.#name}: ${asked}, its outputs are ${names}${hint || '.'}`);
  }
}
