/** Figures as a person reads them. */

const DASH = '–';

/** `1,234` */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `0`, `0.25`, `3.4`, `512`, `1.2k` */
export function rate(perSecond: number): string {
  if (perSecond >= 10_000) return `${(perSecond / 1000).toFixed(perSecond >= 100_000 ? 0 : 1)}k`;
  if (perSecond >= 1000) return count(perSecond);
  return perSecond >= 100 ? perSecond.toFixed(0) : String(Number(perSecond.toPrecision(2)));
}

/** `0.05 ms`, `3.4 ms`, `512 ms`, `1.2 s` */
export function milliseconds(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return DASH;
  if (ms < 999.5) return `${ms >= 100 ? ms.toFixed(0) : Number(ms.toPrecision(2))} ms`;
  return `${ms >= 10_000 ? (ms / 1000).toFixed(0) : Number((ms / 1000).toPrecision(2))} s`;
}

/** `92 MiB`, `1.4 GiB` */
export function bytes(value: number): string {
  if (value === 0) return DASH;
  const mebibytes = value / 2 ** 20;
  if (mebibytes < 1024) return `${mebibytes >= 10 ? mebibytes.toFixed(0) : Number(mebibytes.toPrecision(2))} MiB`;
  return `${(mebibytes / 1024).toFixed(mebibytes >= 10_240 ? 0 : 1)} GiB`;
}

/** `12 s`, `5 min 3 s`, `2 h 5 min`, `3 d 4 h` */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [days, hours, minutes] = [seconds / 86_400, (seconds / 3600) % 24, (seconds / 60) % 60].map(Math.floor);
  if (days) return `${days} d ${hours} h`;
  if (hours) return `${hours} h ${minutes} min`;
  return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/** A share of all: `0 %`, `0.04 %`, `12 %`. What is not nothing never reads as nothing. */
export function percent(part: number, all: number): string {
  if (all === 0) return DASH;
  const value = (part / all) * 100;
  if (value === 0) return '0 %';
  return value < 0.01 ? '< 0.01 %' : `${value >= 10 ? value.toFixed(0) : Number(value.toPrecision(2))} %`;
}

/** As the log has it: `02:13:45`, in UTC. */
export function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
