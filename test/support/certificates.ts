import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate and its private key, in PEM. */
export interface TestPair {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  readonly name?: string;
  /** Who signs it; itself without. */
  readonly issuer?: Authority;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const DAY_MS = 86_400_000;

/** Signs certificates. */
export class Authority {
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly cert: string;

  constructor(name: string) {
    const { publicKey, privateKey } = newKeys();
    this.name = name;
    this.privateKey = privateKey;
    this.cert = certificate({ name, issuer: name, publicKey, signer: privateKey, isAuthority: true, ...validity({}) });
  }
}

/** A certificate for 127.0.0.1 and localhost, valid from a day ago for thirty days unless told otherwise. */
export function createPair(options: CertificateOptions = {}): TestPair {
  const { name = 'test', issuer } = options;
  const { publicKey, privateKey } = newKeys();
  const signer = issuer?.privateKey ?? privateKey;
  const cert = certificate({
    name,
    issuer: issuer?.name ?? name,
    publicKey,
    signer,
    isAuthority: false,
    ...validity(options),
  });
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

function validity({ notBefore, notAfter }: CertificateOptions) {
  return {
    notBefore: notBefore ?? new Date(Date.now() - DAY_MS),
    notAfter: notAfter ?? new Date(Date.now() + 30 * DAY_MS),
  };
}

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** Of `Certificate` of RFC 5280, 4.1, in DER: a type byte, a length, and what is in it. */
interface Fields {
  readonly name: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly isAuthority: boolean;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

function certificate(fields: Fields): string {
  const { name, issuer, publicKey, signer, isAuthority, notBefore, notAfter } = fields;
  const algorithm = sequence(oid('2a8648ce3d040302')); // ecdsa-with-SHA256
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])), // serial number
    algorithm,
    commonName(issuer),
    sequence(time(notBefore), time(notAfter)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(isAuthority ? basicConstraints : subjectAltName)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toBeSigned, signer));
  const lines = sequence(toBeSigned, algorithm, signature)
    .toString('base64')
    .match(/.{1,64}/g) as string[];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const basicConstraints = sequence(
  oid('551d13'),
  der(0x01, Buffer.from([0xff])), // critical
  der(0x04, sequence(der(0x01, Buffer.from([0xff])))), // it is an authority
);

const subjectAltName = sequence(
  oid('551d11'),
  der(0x04, sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))),
);

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, ''); // 20261126093745Z
  return der(0x18, Buffer.from(digits));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function der(type: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([type, ...size]), content]);
}
