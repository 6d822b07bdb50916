import { HostError } from '../../../errors.js';

/** Strings of TensorFlow are bytes of any kind; ours are text. */

export function encodedTexts(texts: readonly string[]): Uint8Array[] {
  return texts.map((text) => Buffer.from(text));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * @param what - What has the strings, for the error.
 * @throws {HostError} `MODEL_RUN_FAILED` if one is no text: bytes that are replaced are bytes that are lost.
 */
export function decodedTexts(strings: readonly Uint8Array[], what: string): string[] {
  return strings.map((bytes, i) => {
    try {
      return utf8.decode(bytes);
    } catch {
      const problem = `${what} has bytes in element ${i} that are no UTF-8 text`;
      throw new HostError('MODEL_RUN_FAILED', `Cannot read the result: ${problem}.`, {
        fix: 'Let the model encode them, as base64.',
      });
    }
  });
}
