/**
 * What the kernels share. A kernel reads the values of one innermost array, from the start of a value on, into its
 * *chunk*: a small array that lives as long as the process, so that the kernel's stores see one array class for ever.
 *
 * `(bytes, view, at, filled, filledMax) → RowEnd`: `view` is over the same bytes as `bytes`, `filled` the elements that
 * the chunk holds already. Where it stopped stands in {@link cursor}: `cursor[0]` is the position, `cursor[1]` the
 * elements that the chunk holds now. Nothing of it survives a call, and nothing of it may run while another does.
 */
export type RowKernel = (bytes: Buffer, view: DataView, at: number, filled: number, filledMax: number) => RowEnd;

export type RowEnd = typeof ROW_CLOSED | typeof ROW_FULL | typeof ROW_OTHER | typeof ROW_BROKEN;

/** At the `]` behind the last value. */
export const ROW_CLOSED = 0;
/** At the start of a value, `filledMax` elements are there: another call goes on from here. */
export const ROW_FULL = 1;
/** At the start of what the element type does not take: another value, or none. */
export const ROW_OTHER = 2;
/** This is not JSON. */
export const ROW_BROKEN = 3;

/** Elements in the chunk of a kernel. */
export const CHUNK_LENGTH = 4096;

/** The general parser refuses longer integers (`INTEGER_DIGITS_MAX`), a sign included. */
export const INTEGER_BYTES_MAX = 4300;

export const cursor = new Int32Array(2);

export function leaveRow(end: RowEnd, at: number, filled: number): RowEnd {
  cursor[0] = at;
  cursor[1] = filled;
  return end;
}
