import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { endWarning, type Pair, readPair } from '../../../../src/runtime/http/tls/pair.js';
import { Authority, createPair } from '../../../support/certificates.js';

const files = { certFile: '/tls/tls.crt', keyFile: '/tls/tls.key', clientCaFile: '/tls/ca.crt' };
const authority = new Authority('authority');
const good = createPair({ issuer: authority });
const other = createPair();
const past = createPair({ notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') });
const future = createPair({ notBefore: new Date('2045-01-01'), notAfter: new Date('2046-01-01') });
const encrypted = createPrivateKey(good.key).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'secret',
}) as string;

const read = (cert: string, key: string, ca?: string) =>
  readPair(
    files,
    [cert, key, ...(ca === undefined ? [] : [ca])].map((text) => Buffer.from(text)),
  );

describe('readPair()', () => {
  it('takes a chain with its key, text around its blocks, and authorities of clients', () => {
    const pair = read(`subject=test\n${good.cert}${authority.cert}`, good.key, authority.cert);
    expect(pair.own.subject).toBe('CN=test');
    expect(pair.endsAtMs).toBe(Date.parse(pair.own.validTo));
    expect(pair.clientCa).toBeDefined();
  });

  it('takes a bundle of authorities of which some have expired, and none of which all have', () => {
    const take = (ca: string) => read(good.cert, good.key, ca);
    expect(take(past.cert + authority.cert).clientCa).toBeDefined();
    expect(() => take(past.cert)).toThrow('The certificate in /tls/ca.crt has expired.');
    expect(() => take(past.cert + past.cert)).toThrow('All 2 certificates in /tls/ca.crt have expired.');
  });

  it.each<[string, string, string, string | undefined, string]>([
    [
      'nothing',
      '',
      good.key,
      undefined,
      '/tls/tls.crt holds no certificate in PEM (-----BEGIN CERTIFICATE-----), but nothing.',
    ],
    [
      'the key for the certificate',
      good.key,
      good.key,
      undefined,
      '/tls/tls.crt holds no certificate in PEM (-----BEGIN CERTIFICATE-----), but a private key.',
    ],
    ['bytes', '\u0001\u0002', good.key, undefined, 'holds no certificate in PEM'],
    [
      'a broken certificate',
      good.cert.replace(/^M.{20}/m, 'A'.repeat(21)),
      good.key,
      undefined,
      'Certificate 1 of 1 in /tls/tls.crt cannot be read: ',
    ],
    [
      'one that has expired',
      past.cert,
      past.key,
      undefined,
      'Certificate 1 of 1 in /tls/tls.crt has expired: it was valid until Jan  1 00:00:00 2021 GMT.',
    ],
    [
      'one that is not valid yet',
      future.cert,
      future.key,
      undefined,
      'Certificate 1 of 1 in /tls/tls.crt is not valid yet: only from Jan  1 00:00:00 2045 GMT on.',
    ],
    [
      'an expired one in the chain',
      good.cert + past.cert,
      good.key,
      undefined,
      'Certificate 2 of 2 in /tls/tls.crt has expired',
    ],
    [
      'the key of another',
      good.cert,
      other.key,
      undefined,
      'The key in /tls/tls.key is not that of the first certificate in /tls/tls.crt. They are not a pair.',
    ],
    [
      'a chain upside down',
      authority.cert + good.cert,
      good.key,
      undefined,
      'the certificate of this host must come first.',
    ],
    ['an encrypted key', good.cert, encrypted, undefined, 'The key in /tls/tls.key is encrypted'],
    [
      'an encrypted key of old',
      good.cert,
      good.key.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n'),
      undefined,
      'The key in /tls/tls.key is encrypted',
    ],
    ['a certificate for the key', good.cert, good.cert, undefined, '/tls/tls.key holds no private key in PEM'],
    [
      'a broken key',
      good.cert,
      good.key.replace(/^M.{20}/m, 'A'.repeat(21)),
      undefined,
      'The private key in /tls/tls.key cannot be read.',
    ],
    ['authorities that are none', good.cert, good.key, good.key, '/tls/ca.crt holds no certificate in PEM'],
    ['an expired authority', good.cert, good.key, past.cert, 'The certificate in /tls/ca.crt has expired.'],
  ])('refuses %s, and names the file', (_, cert, key, ca, message) => {
    expect(() => read(cert, key, ca)).toThrow(message);
  });
});

describe('endWarning()', () => {
  const now = Date.parse('2030-01-01T00:00:00Z');
  const inDays = (days: number) => endWarning({ endsAtMs: now + days * 86_400_000 } as Pair, '/tls/tls.crt', now);
  it.each([
    [15, undefined],
    [13.5, 'The certificate in /tls/tls.crt ends in 13 days: at 2030-01-14T12:00:00.000Z.'],
    [0.5, 'The certificate in /tls/tls.crt ends in less than a day: at 2030-01-01T12:00:00.000Z.'],
    [-1, 'The certificate in /tls/tls.crt has ended: clients refuse it since 2029-12-31T00:00:00.000Z.'],
  ])('%d days before the end says %o', (days, warning) => expect(inDays(days)).toBe(warning));
});
