/** A step for each in each round, in an order that turns: what else the machine does meets them all alike. */
export async function byTurns<T>(all: readonly T[], rounds: number, step: (one: T) => Promise<void>): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < all.length; turn++) await step(all[(round + turn) % all.length] as T);
  }
}
