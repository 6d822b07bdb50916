/** No bytes stand behind the places of an array without elements, however many they are, yet writing them takes time. */
export const EMPTY_PLACES_MAX = 1_000_000;

/** Whether an array of these lengths has no elements, and more places for nothing than it may have. */
export function hasTooManyEmptyPlaces(dims: readonly number[]): boolean {
  return dims.includes(0) && dims.reduce((product, length) => product * (length || 1), 1) > EMPTY_PLACES_MAX;
}
