import { describe, expect, it } from 'vitest';
import { errorTable } from '../../../src/errors.js';
import { operationsFor } from '../../../src/schema/openapi/operations.js';
import { meaningOf, operationsOf, refusalsOf, replyCodes } from '../../../src/schema/openapi/refusals.js';
import { errorResponse } from '../../../src/schema/openapi/schemas.js';
import { services } from './services.js';

const answered = Object.entries(errorTable).flatMap(([code, entry]) => ('status' in entry ? [code] : []));

describe('operationsOf', () => {
  it('has every code that a caller can be answered, and no other', () => {
    expect([...replyCodes].sort()).toEqual([...answered].sort());
  });

  it('leaves out only what is no operation', () => {
    const nowhere = replyCodes.filter((code) => operationsOf[code].length === 0);
    expect(nowhere).toEqual(['TLS_REQUIRED', 'ROUTE_UNKNOWN', 'METHOD_NOT_ALLOWED', 'WATCHERS_FULL']);
  });
});

describe('the replies of an operation', () => {
  it.each([
    ['ServiceHealthCheck', '200 400 408 417 431 500 default'],
    ['RunMLService', '200 400 401 403 408 413 415 417 429 431 500 502 503 504 default'],
    ['RunMLServiceByQuery', '200 400 401 403 408 417 429 431 500 502 503 504 default'],
    ['GetSwaggerSpec', '200 400 401 403 404 408 417 431 500 503 default'],
    ['ServiceReadinessCheck', '200 400 408 417 431 500 503 default'],
  ] as const)('%s: %s', (id, statuses) => {
    for (const schema of Object.values(services)) {
      const operation = operationsFor(schema).find((each) => each.id === id);
      expect(Object.keys(operation?.replies ?? {}).join(' ')).toBe(statuses);
    }
  });

  it('says which codes a status has, what they mean, and whether to come back', () => {
    const busy = refusalsOf('RunMLService', services.text).find(({ status }) => status === 429);
    expect(busy).toEqual({ status: 429, codes: ['QUEUE_FULL', 'BODIES_FULL', 'QUEUE_WAIT_EXCEEDED'], retried: true });
    const { QUEUE_FULL, BODIES_FULL, QUEUE_WAIT_EXCEEDED } = errorTable;
    expect(meaningOf(busy as NonNullable<typeof busy>)).toBe(
      [
        `QUEUE_FULL: ${QUEUE_FULL.meaning}`,
        `BODIES_FULL: ${BODIES_FULL.meaning}`,
        `QUEUE_WAIT_EXCEEDED: ${QUEUE_WAIT_EXCEEDED.meaning}`,
      ].join('\n\n'),
    );
  });

  it('knows no content type that a raw run does not take', () => {
    const codes = refusalsOf('RunMLService', services.raw).flatMap((refusal) => refusal.codes);
    expect(codes).toContain('ENCODING_UNSUPPORTED');
    expect(codes).not.toContain('CONTENT_TYPE_UNSUPPORTED');
  });
});

describe('ErrorResponse', () => {
  it('has the codes, and promises the message alone', () => {
    expect(errorResponse.properties?.code?.enum).toEqual(replyCodes);
    expect(errorResponse.required).toEqual(['message']);
  });
});
