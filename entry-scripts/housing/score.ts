import { DataFrame, inputSchema, outputSchema, PandasParameterType } from 'scorehost';

const houses = new PandasParameterType([
  { town: 'Bern', area: 84.5, rooms: 4n, age: 48n },
  { town: 'Thun', area: 120, rooms: 5n, age: 11n },
]);
const prices = new PandasParameterType([{ town: 'Bern', price: 788_500 }]);

// This formula stands where a model would be, which takes houses.toTensor(['area', 'rooms', 'age']).
const priceOf = (area: number, rooms: number, age: number) => 9_000 * area + 25_000 * rooms - 1_500 * age;

export const run = inputSchema(
  'houses',
  houses,
)(
  outputSchema(prices)((houses) => {
    const rows = houses.rows();
    // Integers are asked for by bigints, and come as such.
    const priced = rows.map(({ town, area, rooms, age }) => ({
      town,
      price: priceOf(area, Number(rooms), Number(age)),
    }));
    // A frame, not the rows: a caller may have it as an Arrow stream.
    return DataFrame.fromRows(priced);
  }),
);
