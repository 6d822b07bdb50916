import type { ConversionDifference } from '../typed/conversion.js';
import { arrayConversions } from './array-conversions.js';
import { frameConversions } from './frame-conversions.js';
import { standardConversions } from './standard-conversions.js';

/** All differences in what becomes of typed inputs; the first that explains one is its name. */
export const conversionDifferences: readonly ConversionDifference[] = [
  ...arrayConversions,
  ...frameConversions,
  ...standardConversions,
];
