import { constants } from 'node:crypto';
import { isIP } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { asError, HostError } from '../../../errors.js';
import type { TlsConfig } from '../../config/settings.js';
import type { Log } from '../../telemetry/log.js';
import { nodeTls } from '../node-http.js';
import { WatchedFiles } from '../watched-files.js';
import { endWarning, type Pair, readPair } from './pair.js';

/** How often an operator is told of a certificate that ends. */
const WARN_AGAIN_MS = 86_400_000;

/** The certificate, key and authorities in effect, which follow their files. */
export class Certificate {
  readonly #config: TlsConfig;
  readonly #log: Log;
  readonly #files: WatchedFiles;
  readonly #onChange: ((options: SecureContextOptions) => void)[] = [];
  #options: SecureContextOptions = {};
  #pair: Pair | undefined;
  #warning: NodeJS.Timeout | undefined;

  private constructor(config: TlsConfig, log: Log) {
    this.#config = config;
    this.#log = log;
    const { certFile, keyFile, clientCaFile } = config;
    const paths = [certFile, keyFile, ...(clientCaFile ? [clientCaFile] : [])];
    this.#files = new WatchedFiles(paths, log, (contents) => this.#take(readPair(config, contents)));
  }

  /**
   * The certificate of the settings; undefined where they name none.
   *
   * @throws {HostError} `TLS_INVALID`, naming the file and what is wrong with it.
   */
  static async open(config: TlsConfig, log: Log): Promise<Certificate | undefined> {
    const { certFile, keyFile, clientCaFile } = config;
    if (certFile === '' && keyFile === '' && clientCaFile === '') return undefined;
    if (certFile === '')
      throw new HostError('TLS_INVALID', 'SCOREHOST_TLS_CERT_FILE is not set, but a part of TLS is.');
    if (keyFile === '')
      throw new HostError('TLS_INVALID', 'SCOREHOST_TLS_CERT_FILE is set, but not SCOREHOST_TLS_KEY_FILE.');
    const certificate = new Certificate(config, log);
    await certificate.#files.start().catch((error) => {
      throw new HostError('TLS_INVALID', asError(error).message, { cause: error });
    });
    certificate.#warn();
    certificate.#warning = setInterval(() => certificate.#warn(), WARN_AGAIN_MS).unref();
    return certificate;
  }

  /** What a server needs to begin with. */
  get options(): SecureContextOptions {
    return this.#options;
  }

  /** Whether clients that know this host by that name, or IP address, take the certificate. */
  isFor(name: string): boolean {
    const own = this.#pair?.own;
    return (isIP(name) ? own?.checkIP(name) : own?.checkHost(name)) !== undefined;
  }

  /** Calls back when the files have changed, and are to be served from now on. */
  onChange(callback: (options: SecureContextOptions) => void): void {
    this.#onChange.push(callback);
  }

  stop(): void {
    this.#files.stop();
    clearInterval(this.#warning);
  }

  #take(pair: Pair): void {
    const { minVersion, certFile } = this.#config;
    const options: SecureContextOptions = {
      cert: pair.cert,
      key: pair.key,
      minVersion,
      // A session that is resumed is not verified again, nor has it to be of a client that had a certificate: none is.
      ...(pair.clientCa ? { ca: pair.clientCa, secureOptions: constants.SSL_OP_NO_TICKET } : {}),
    };
    try {
      nodeTls().createSecureContext(options); // which refuses what is too weak, for instance
    } catch (error) {
      throw new Error(`The certificate in ${certFile} cannot be served: ${asError(error).message}.`, { cause: error });
    }
    const isFirst = this.#pair === undefined;
    this.#pair = pair;
    this.#options = options;
    if (isFirst) return;
    for (const callback of this.#onChange) callback(options);
    const until = new Date(pair.endsAtMs).toISOString();
    this.#log.info(`the files of TLS have changed: new connections get the certificate in ${certFile}, until ${until}`);
    this.#warn();
  }

  #warn(): void {
    const warning = this.#pair && endWarning(this.#pair, this.#config.certFile);
    if (warning) this.#log.warn(warning);
  }
}
