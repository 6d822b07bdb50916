import type { HostProcess } from './host-process.js';

/** A series of a scrape. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A scrape of /metrics, by its series. */
export class Scrape {
  readonly text: string;
  readonly #samples: readonly Sample[];

  constructor(text: string) {
    this.text = text;
    this.#samples = text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map(sampleOf);
  }

  /** @param path - `/metrics`, on the port of the host or another. */
  static async of(host: HostProcess, url = `${host.url}/metrics`): Promise<Scrape> {
    const response = await fetch(url, { headers: { connection: 'close' } });
    if (!response.ok) throw new Error(`no scrape: ${response.status}`);
    return new Scrape(await response.text());
  }

  /** Names of the metrics, without the endings of their series. */
  get names(): string[] {
    return [...this.text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name as string);
  }

  /** The sum of the series with at least these labels; undefined if there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const found = this.#samples.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  }

  /** Values of a label. */
  values(name: string, label: string): string[] {
    return [
      ...new Set(this.#samples.filter((sample) => sample.name === name).map(({ labels }) => labels[label] ?? '')),
    ];
  }
}

function sampleOf(line: string): Sample {
  const [, name, labels = '', value] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`not a line of a scrape: ${line}`);
  const pairs = [...labels.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)];
  return {
    name,
    labels: Object.fromEntries(pairs.map(([, label, text]) => [label, unescaped(text as string)])),
    value: Number(value === '+Inf' ? Infinity : value),
  };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}
