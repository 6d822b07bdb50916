import type { Difference } from '../difference.js';
import { header, headerValues } from '../our-reply.js';
import { type RecordedCase, requestHeader } from '../recorded-case.js';

export const CORS_HEADERS = [
  'access-control-allow-origin',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'vary',
];

/** The origins that a host of the case is told: by its flag, else by its environment. */
export function configuredOrigins({ args, env }: RecordedCase): string[] {
  const flag = args.indexOf('--access_control_allow_origins');
  const list = (flag < 0 ? env.AML_CORS_ORIGINS : args[flag + 1]) ?? '';
  return list.split(',').map((origin) => origin.trim());
}

/** What makes the reference take an entry of the list for a pattern. */
export const PATTERN_CHARACTERS = /[*\\\]?$^[()]/;

export const corsDifferences: readonly Difference[] = [
  {
    id: 'cors-exact-origins',
    reason: 'defect',
    says: 'An entry of the list with regex characters is a pattern open at its end there; here an origin must be equal.',
    reference: 'section 5: "a value with regex characters | treated as an unanchored-at-end pattern"',
    parts: CORS_HEADERS,
    applies: ({ recordedCase, request, recorded, ours }) => {
      const origins = configuredOrigins(recordedCase);
      const origin = requestHeader(request, 'origin') ?? '';
      return (
        origins.some((entry) => entry !== '*' && PATTERN_CHARACTERS.test(entry)) &&
        !origins.some((entry) => entry.toLowerCase() === origin.toLowerCase()) &&
        header(recorded, 'access-control-allow-origin') === origin &&
        CORS_HEADERS.every((name) => headerValues(ours, name).length === 0)
      );
    },
  },
];
