import { readFileSync } from 'node:fs';
import { asError, HostError } from '../../errors.js';

/** What the file that Azure ML writes for its own collector says. */
export interface MdcConfig {
  /** Share of the calls, 0 to 1, by the name of the collection in lower case. Those that are not named are off. */
  readonly rates: Readonly<Record<string, number>>;
  /** In lower case. */
  readonly captureHeaders: readonly string[];
}

const VARIABLE = 'AZUREML_MDC_CONFIG_PATH';

/** What keeps a caller's key or session is never collected. */
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'api-key', 'x-api-key']);

/** @throws {HostError} `SETTING_INVALID` for a file that is not there, or says something else. */
export function readMdcConfig(path: string): MdcConfig {
  return mdcConfigOf(parsed(path), path);
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw invalid(path, asError(error).message);
  }
}

function mdcConfigOf(value: unknown, path: string): MdcConfig {
  const { collections, captureHeaders } = objectOf(value, 'it', path);
  const rates = Object.entries(collections === undefined ? {} : objectOf(collections, 'collections', path)).map(
    ([name, collection]) => [name.toLowerCase(), rateIn(objectOf(collection, `collections.${name}`, path), name, path)],
  );
  return {
    rates: Object.fromEntries(rates) as Record<string, number>,
    captureHeaders: headersOf(captureHeaders, path),
  };
}

/** The file of local endpoints has another name for the rate than that of the cloud. */
function rateIn(collection: Record<string, unknown>, name: string, path: string): number {
  const percentage = collection.sampling_percentage ?? collection.sampleRatePercentage ?? 100;
  if (typeof percentage !== 'number' || !(percentage >= 0 && percentage <= 100)) {
    throw invalid(path, `collections.${name}.sampling_percentage must be a number from 0 to 100.`);
  }
  return collection.enabled === true ? percentage / 100 : 0;
}

function headersOf(names: unknown = [], path: string): string[] {
  if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) {
    throw invalid(path, 'captureHeaders must be a list of names.');
  }
  return (names as string[]).map((name) => name.toLowerCase()).filter((name) => !SECRET_HEADERS.has(name));
}

function objectOf(value: unknown, what: string, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(path, `${what} must be an object.`);
}

function invalid(path: string, problem: string): HostError {
  return new HostError('SETTING_INVALID', `Cannot read ${path}, which ${VARIABLE} names: ${problem}`, {
    fix: 'Write {"collections": {"model_inputs": {"enabled": true, "sampling_percentage": 100}}}, or leave the variable out.',
  });
}
