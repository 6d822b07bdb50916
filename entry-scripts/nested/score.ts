import { inputSchema, NumpyParameterType, outputSchema, StandardParameterType, type ValueOf } from 'scorehost';

const order = new StandardParameterType({
  id: 9007199254740993n, // a bigint: an integer that arrives whole, also beyond 2^53
  placed: new Date('2026-03-02T09:00:00Z'),
  legsKm: new NumpyParameterType([120.5, 48]),
  parcels: [{ name: 'books', kg: 4.5 }],
});
const options = new StandardParameterType({ express: true });
const quote = new StandardParameterType({
  id: 9007199254740993n,
  due: new Date('2026-03-02T17:25:30Z'),
  prices: [{ name: 'books', euros: 9 }],
});

// What a method takes cannot be inferred from its decorators: it is named, and the compiler checks that it fits them.
type Order = ValueOf<typeof order>;
type Options = ValueOf<typeof options>;

export default class Delivery {
  @inputSchema('order', order)
  @inputSchema('options', options, { optional: true })
  @outputSchema(quote)
  run({ id, placed, legsKm, parcels }: Order, { express }: Options = { express: false }) {
    const { kmPerHour, eurosPerKg } = express ? { kmPerHour: 60, eurosPerKg: 5 } : { kmPerHour: 20, eurosPerKg: 2 };
    // A leg may be null, which is NaN among floats, and nothing keeps a caller from 1e300 kilometres.
    const km = legsKm.data.reduce((sum, leg) => sum + (Math.min(Math.max(leg, 0), 40_000) || 0), 0);
    return {
      id,
      due: new Date(placed.getTime() + (km / kmPerHour) * 3_600_000),
      prices: parcels.map(({ name, kg }) => ({ name, euros: kg * eurosPerKg })),
    };
  }
}
