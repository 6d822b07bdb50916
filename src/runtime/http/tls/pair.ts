import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { asError } from '../../../errors.js';

/** A certificate and its key, as they may be served. */
export interface Pair {
  /** The whole chain, as it is in the file. */
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Authorities of client certificates. */
  readonly clientCa: Buffer | undefined;
  /** The certificate of this host. */
  readonly own: X509Certificate;
  /** When the first certificate of the chain ends that does. */
  readonly endsAtMs: number;
}

/** Where the files of a pair are, for messages. */
export interface PairFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
}

/**
 * Checks what OpenSSL takes without a word, and clients then refuse.
 *
 * @param contents - Of the three files, the last one only where it is set.
 * @throws an Error that names the file, and what is wrong with it.
 */
export function readPair(files: PairFiles, [cert, key, clientCa]: readonly Buffer[], nowMs = Date.now()): Pair {
  const chain = certificatesIn(files.certFile, cert as Buffer, nowMs);
  const privateKey = privateKeyIn(files.keyFile, key as Buffer);
  const [own] = chain as [X509Certificate];
  if (!own.checkPrivateKey(privateKey)) {
    const hint = chain.some((other) => other.checkPrivateKey(privateKey))
      ? `It is the key of another one in the file: the certificate of this host must come first.`
      : `They are not a pair.`;
    throw new Error(`The key in ${files.keyFile} is not that of the first certificate in ${files.certFile}. ${hint}`);
  }
  if (clientCa) checkAuthorities(files.clientCaFile, clientCa, nowMs);
  const endsAtMs = Math.min(...chain.map(({ validTo }) => Date.parse(validTo)));
  return { cert: cert as Buffer, key: key as Buffer, clientCa, own, endsAtMs };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificatesIn(file: string, content: Buffer, nowMs: number): readonly X509Certificate[] {
  return blocksIn(file, content).map((block, i, all) => {
    const name = `Certificate ${i + 1} of ${all.length} in ${file}`;
    const certificate = parsed(block, name);
    checkTime(certificate, name, nowMs);
    return certificate;
  });
}

/** Bundles of authorities hold some that have expired, who can vouch for nobody any more: one that can must be there. */
function checkAuthorities(file: string, content: Buffer, nowMs: number): void {
  const blocks = blocksIn(file, content);
  const ends = blocks.map((block, i) =>
    Date.parse(parsed(block, `Certificate ${i + 1} of ${blocks.length} in ${file}`).validTo),
  );
  if (!ends.some((endMs) => endMs > nowMs)) {
    const all =
      blocks.length === 1 ? `The certificate in ${file} has` : `All ${blocks.length} certificates in ${file} have`;
    throw new Error(`${all} expired.`);
  }
}

function blocksIn(file: string, content: Buffer): readonly string[] {
  const text = content.toString('latin1');
  const blocks = text.match(CERTIFICATE);
  if (!blocks) {
    const instead = text.includes('PRIVATE KEY-----')
      ? 'a private key'
      : text.trim() === ''
        ? 'nothing'
        : 'something else';
    throw new Error(`${file} holds no certificate in PEM (-----BEGIN CERTIFICATE-----), but ${instead}.`);
  }
  return blocks;
}

function checkTime({ validFrom, validTo }: X509Certificate, name: string, nowMs: number): void {
  if (Date.parse(validTo) <= nowMs) throw new Error(`${name} has expired: it was valid until ${validTo}.`);
  if (Date.parse(validFrom) > nowMs) throw new Error(`${name} is not valid yet: only from ${validFrom} on.`);
}

function parsed(block: string, name: string): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch (error) {
    throw new Error(`${name} cannot be read: ${asError(error).message}.`, { cause: error });
  }
}

function privateKeyIn(file: string, content: Buffer): KeyObject {
  const text = content.toString('latin1');
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text))
    throw new Error(`The key in ${file} is encrypted, and nobody is there to type its password: store it decrypted.`);
  if (!text.includes('PRIVATE KEY-----'))
    throw new Error(`${file} holds no private key in PEM (-----BEGIN PRIVATE KEY-----).`);
  try {
    return createPrivateKey(content);
  } catch (error) {
    throw new Error(`The private key in ${file} cannot be read.`, { cause: error });
  }
}

const DAY_MS = 86_400_000;
/** Certificates of three months are renewed a month before their end: at this point that has failed for a while. */
const WARNED_DAYS = 14;

/** What an operator should hear of a certificate that ends soon, or has ended; undefined while there is time. */
export function endWarning({ endsAtMs }: Pair, file: string, nowMs = Date.now()): string | undefined {
  const days = (endsAtMs - nowMs) / DAY_MS;
  if (days > WARNED_DAYS) return undefined;
  const end = new Date(endsAtMs).toISOString();
  return days > 0
    ? `The certificate in ${file} ends in ${days < 1 ? 'less than a day' : `${Math.floor(days)} days`}: at ${end}.`
    : `The certificate in ${file} has ended: clients refuse it since ${end}.`;
}
