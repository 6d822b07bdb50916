import { type ErrorDetail, HostError } from '../../errors.js';
import { nearestName } from '../../nearest-name.js';
import { PROBLEMS_MAX, pointerToken, shown } from '../../schema/refusal.js';
import { Tensor } from '../../tensor.js';
import { type FeedProblem, feedTensor, holdsItsElements, isShared } from './feed-tensor.js';
import type { Feeds, ModelValue } from './model.js';
import { fitsShape, valueText } from './shape.js';

/**
 * The tensors of a run, checked against what the model declares: names, element types, axes.
 *
 * @throws {HostError} `FEEDS_INVALID` with every input that is wrong, and how.
 */
export function readFeeds(model: string, inputs: readonly ModelValue[], feeds: Feeds): Record<string, Tensor> {
  if (typeof feeds !== 'object' || feeds === null) {
    throw new HostError(
      'FEEDS_INVALID',
      `Cannot run ${model}: it wants an object of feeds by name, got ${shown(feeds)}.`,
    );
  }
  const tensors: Record<string, Tensor> = {};
  let fits = true;
  for (const input of inputs) {
    const feed = Object.hasOwn(feeds, input.name) ? feeds[input.name] : undefined;
    if (feed instanceof Tensor && isRightAsItIs(feed, input)) {
      tensors[input.name] = feed;
    } else {
      const read = feed === undefined ? undefined : feedTensor(feed, input);
      if (read !== undefined && isTensor(read)) tensors[input.name] = read;
      else fits = false;
    }
  }
  if (!fits || Object.keys(feeds).length !== inputs.length) throw refusal(model, inputs, feeds);
  return tensors;
}

/** The common case, told without an allocation. Strings are looked at one by one: see `feedTensor()`. */
function isRightAsItIs(feed: Tensor, { type, shape }: ModelValue): boolean {
  return (
    feed.location === 'cpu' &&
    feed.type === type &&
    type !== 'string' &&
    fitsShape(feed.dims, shape) &&
    holdsItsElements(feed) &&
    !isShared(feed)
  );
}

function isTensor(read: Tensor | FeedProblem): read is Tensor {
  return !('message' in read);
}

/** All that is wrong: only those who made a mistake pay for the search. */
function refusal(model: string, inputs: readonly ModelValue[], feeds: Feeds): HostError {
  const names = inputs.map(({ name }) => name);
  const given = Object.keys(feeds);
  const unexpected = given.filter((name) => !names.includes(name));
  const problems: ErrorDetail[] = [
    ...inputs.flatMap((input) => problemsOf(input, feeds, unexpected)),
    ...unexpected.map((name) => ({ path: `/${pointerToken(name)}`, message: `there is no input '${name}'` })),
  ];
  const details = problems.slice(0, PROBLEMS_MAX);
  const reasons = details.map(({ message }) => message).join('; ');
  const fix = `Feed it ${inputs.map(valueText).join(', ')}.`;
  return new HostError('FEEDS_INVALID', `Cannot run ${model}: ${reasons}.`, { details, fix });
}

function problemsOf(input: ModelValue, feeds: Feeds, unexpected: readonly string[]): ErrorDetail[] {
  const { name } = input;
  const path = `/${pointerToken(name)}`;
  const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
  if (feed === undefined) {
    const nearest = nearestName(name, unexpected);
    const hint = nearest === undefined ? '' : ` (it got '${nearest}')`;
    return [{ path, message: `the input ${valueText(input)} is missing${hint}` }];
  }
  const read = feedTensor(feed, input);
  if (isTensor(read)) return [];
  return [{ path: path + read.path, message: `the input '${name}' ${read.message}` }];
}
