import type { ColumnType } from '../../data-frame/column.js';
import type { DataFrame } from '../../data-frame/data-frame.js';
import { HostError } from '../../errors.js';
import { frameOf } from './frame-of.js';

/**
 * The frame that a sample is.
 *
 * @throws {HostError} `ENTRY_INVALID` for what is no frame, values that are not of their type, and types of no column.
 */
export function sampleFrame(sample: unknown, types: Readonly<Record<string, ColumnType>>): DataFrame {
  try {
    return frameOf(sample, types);
  } catch (error) {
    throw invalidSample(error);
  }
}

export function invalidSample(error: unknown): HostError {
  const reason = (error as Error).message;
  const fix = 'Give a DataFrame, its rows as in [{ age: 41 }, { age: 37 }], or its columns as in { age: [41, 37] }.';
  return new HostError('ENTRY_INVALID', `Invalid sample input provided, must provide a sample data frame: ${reason}`, {
    fix,
    cause: error,
  });
}
