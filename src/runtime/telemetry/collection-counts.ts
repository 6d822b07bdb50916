/**
 * Why a record was not collected. `buffer_full`: more came than is written; `too_large`: above the limit of a record;
 * `unusable`: it is nothing that can be collected; `write_failed`: the folder or the storage account refused it;
 * `writer_lost`: the process that writes died with it, was not there, or had no time left at the end.
 */
export const dropReasons = ['buffer_full', 'too_large', 'unusable', 'write_failed', 'writer_lost'] as const;
export type DropReason = (typeof dropReasons)[number];

/** What has become of records of data collection. */
export interface CollectionCounts {
  /** Records that are written. */
  readonly written: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Bytes of records that wait to be written. */
  readonly waitingBytes: number;
}
