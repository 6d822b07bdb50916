/** What a host has counted of its batches so far; nothing, if it counts none. */
export interface BatchCount {
  readonly calls: number;
  readonly batches: number;
}

export async function batchCount(port: number): Promise<BatchCount | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } });
  const text = await response.text();
  const sumOf = (name: string) => {
    const values = [...text.matchAll(new RegExp(`^scorehost_batch_calls_${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))];
    return values.reduce((sum, [, value]) => sum + Number(value), 0);
  };
  const [calls, batches] = [sumOf('sum'), sumOf('count')];
  return batches > 0 ? { calls, batches } : undefined;
}

/** Calls of the mean batch between two counts. */
export function meanBatch(before: BatchCount | undefined, after: BatchCount | undefined): number | undefined {
  if (!after) return undefined;
  const { calls, batches } = before ?? { calls: 0, batches: 0 };
  return (after.calls - calls) / (after.batches - batches);
}
