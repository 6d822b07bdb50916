import { inputSchema, StandardParameterType } from 'scorehost';

const optional = { optional: true } as const;

/** One input of each special standard type, all optional, so that they can be sent singly. */
export function init() {}

export const run = inputSchema({
  b: { type: new StandardParameterType(Buffer.from('hi')), ...optional },
  ba: { type: new StandardParameterType(Buffer.from('hi')), ...optional },
  d: { type: new StandardParameterType('2020-01-02', { format: 'date' }), ...optional },
  dt: { type: new StandardParameterType(new Date('2020-01-02T03:04:05Z')), ...optional },
  t: { type: new StandardParameterType('03:04:05', { format: 'time' }), ...optional },
  f: { type: new StandardParameterType(1.5), ...optional },
  flag: { type: new StandardParameterType(true), ...optional },
  s: { type: new StandardParameterType('x'), ...optional },
  l: { type: new StandardParameterType([1n]), ...optional },
  tup: { type: new StandardParameterType([1n, 2n]), ...optional },
})(
  (
    b?: Buffer,
    ba?: Buffer,
    d?: string,
    dt?: Date,
    t?: string,
    f?: number,
    flag?: boolean,
    s?: string,
    l?: bigint[],
    tup?: bigint[],
  ) => {
    const got = Object.entries({
      b: b && ['bytes', bytesText(b)],
      ba: ba && ['bytearray', `bytearray(${bytesText(ba)})`],
      d: d && ['date', d],
      dt: dt && ['datetime', isoText(dt)],
      t: t && ['time', timeText(t)],
      f: f === undefined ? f : [Number.isInteger(f) ? 'int' : 'float', floatText(f)],
      flag: flag === undefined ? flag : ['bool', flag ? 'True' : 'False'],
      s: s === undefined ? s : ['str', quoted(s)],
      l: l && ['list', `[${l.join(', ')}]`],
      tup: tup && ['list', `[${tup.join(', ')}]`],
    });
    return Object.fromEntries(got.filter(([, value]) => value !== undefined));
  },
);

/** The value as Python's `repr()` shows it. */
function bytesText(bytes: Buffer): string {
  const named: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' };
  const characters = [...bytes].map((byte) => {
    if (named[byte]) return named[byte];
    return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  const text = characters.join('');
  return text.includes("'") && !text.includes('"') ? `b"${text}"` : `b'${text.replaceAll("'", "\\'")}'`;
}

function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return text.includes("'") && !text.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? String(value) : String(value).replace('Infinity', 'inf');
}

function isoText(date: Date): string {
  const text = date.toISOString();
  return `${text.slice(0, 19)}${text.slice(19, 23) === '.000' ? '' : `${text.slice(19, 23)}000`}+00:00`;
}

/** `03:04:05.5 +0100` as `03:04:05.500000+01:00` */
function timeText(text: string): string {
  const [, clock = '', fraction = '', offset = ''] = /^([\d:]+)(\.\d+)? ?(.*)$/.exec(text) ?? [];
  const micros = fraction.slice(1, 7).padEnd(6, '0');
  const zone = /^z$/i.test(offset) ? '+00:00' : offset.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  return `${clock.length === 5 ? `${clock}:00` : clock}${micros === '000000' ? '' : `.${micros}`}${zone}`;
}
