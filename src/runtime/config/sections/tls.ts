import { oneOf, type Settings, text } from '../setting.js';

/** HTTPS; plain HTTP where no certificate is set. */
export interface TlsConfig {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly plainHttp: 'refuse' | 'redirect';
}

export const tlsSettings: Settings<TlsConfig> = {
  certFile: text({
    env: 'SCOREHOST_TLS_CERT_FILE',
    default: '',
    help: 'PEM file with the certificate of this host, and behind it those up to the root (the full chain): all ports then speak HTTPS. When it changes, it is taken over.',
  }),
  keyFile: text({
    env: 'SCOREHOST_TLS_KEY_FILE',
    default: '',
    help: 'PEM file with the private key of that certificate, not encrypted.',
  }),
  clientCaFile: text({
    env: 'SCOREHOST_TLS_CLIENT_CA_FILE',
    default: '',
    help: 'PEM file with the authorities whose client certificates are taken: all but health then needs one.',
  }),
  minVersion: oneOf({
    env: 'SCOREHOST_TLS_MIN_VERSION',
    default: 'TLSv1.2',
    values: ['TLSv1.2', 'TLSv1.3'],
    help: 'Oldest version of TLS that is spoken.',
  }),
  plainHttp: oneOf({
    env: 'SCOREHOST_TLS_PLAIN_HTTP',
    default: 'refuse',
    values: ['refuse', 'redirect'],
    help: 'What is answered where plain HTTP comes to the port of HTTPS. refuse: 400. redirect: 308 to the same address with https.',
  }),
};
