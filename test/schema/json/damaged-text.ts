import fc from 'fast-check';

const PIECES = '[ ] { } , : " \\ \\u 0 - . e + true'.split(' ').concat(' ', '\n', '\u0001', '\u00a0');

/**
 * Texts with up to three pieces cut out of them or put into them.
 *
 * @param more - Pieces to put in besides those of JSON.
 */
export function damagedText(
  text: fc.Arbitrary<string>,
  { damagesMin, more = [] }: { readonly damagesMin: number; readonly more?: readonly string[] },
): fc.Arbitrary<string> {
  const damage = fc.record({ at: fc.nat(), cut: fc.nat(3), insert: fc.constantFrom('', ...PIECES, ...more) });
  return fc.tuple(text, fc.array(damage, { minLength: damagesMin, maxLength: 3 })).map(([whole, damages]) =>
    damages.reduce((rest, { at, cut, insert }) => {
      const place = at % (rest.length + 1);
      return rest.slice(0, place) + insert + rest.slice(place + cut);
    }, whole),
  );
}
