/** The memory of a process after so many calls. */
export interface MemorySample {
  readonly calls: number;
  readonly bytes: number;
}

/** How the memory of a process goes, in the second half of a run: in the first one caches fill and code is compiled. */
export interface Growth {
  readonly bytesPerThousandCalls: number;
  /** Along the fitted line, from the middle to the end. */
  readonly bytes: number;
}

/** By linear regression. */
export function growthOf(samples: readonly MemorySample[]): Growth {
  const half = samples.slice(Math.floor(samples.length / 2));
  const mean = (of: (sample: MemorySample) => number) => half.reduce((sum, each) => sum + of(each), 0) / half.length;
  const [callsMean, bytesMean] = [mean(({ calls }) => calls), mean(({ bytes }) => bytes)];
  const covariance = mean(({ calls, bytes }) => (calls - callsMean) * (bytes - bytesMean));
  const variance = mean(({ calls }) => (calls - callsMean) ** 2);
  const slope = variance === 0 ? 0 : covariance / variance;
  const calls = (half.at(-1)?.calls ?? 0) - (half[0]?.calls ?? 0);
  return { bytesPerThousandCalls: slope * 1_000, bytes: slope * calls };
}
