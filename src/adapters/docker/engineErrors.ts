import type { PeerCertificate } from 'node:tls';
import { ConnectionError } from '../../application/ConnectionError.ts';
import type { TlsFiles } from './EngineEndpoint.ts';
import { HTTPS_EXPECTED } from './pingEngine.ts';

/** What an error on the way to a socket of this machine means. */
export function explainSocketEngine(path: string, cause: unknown): ConnectionError {
  if (cause instanceof ConnectionError) return cause;
  const code = codeOf(cause);
  if (code === 'ENOENT') {
    return new ConnectionError('noDocker', `There is no Docker Engine on this machine: ${path} does not exist.`, {
      remedy: 'Install and start Docker here, or add a VM that has it.',
      cause,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new ConnectionError(
      'noSocketPermission',
      `You may not use the Docker Engine of this machine: no access to ${path}.`,
      {
        remedy: 'Run "sudo usermod -aG docker $USER" and log in again.',
        cause,
      },
    );
  }
  return new ConnectionError(
    'engineStopped',
    `The Docker Engine at ${path} does not answer${code === undefined ? '' : ` (${code})`}.`,
    {
      remedy: 'Start Docker on this machine, then retry.',
      cause,
    },
  );
}

export interface TcpPlace {
  /** `tcp://host:port`. */
  readonly address: string;
  readonly host: string;
  readonly tls: TlsFiles | undefined;
  /** Where the address stands, such as `the Docker context "prod"`. */
  readonly source: string;
  /** An engine has answered here before, so certificates fit. */
  readonly hasAnswered: boolean;
}

/** What an error of a connection to an engine over TCP means. */
export function explainTcpEngine(place: TcpPlace, cause: unknown): ConnectionError {
  if (cause instanceof ConnectionError) return cause;
  const code = codeOf(cause) ?? '';
  return explainNetwork(place, code, cause) ?? explainProtocol(place, code, cause) ?? silent(place, code, cause);
}

/** PEM files that cannot be used. `problem` names the file. */
export function unusableTlsFiles(problem: string, folder: string, source: string, cause: unknown): ConnectionError {
  return new ConnectionError('tlsFailed', `The certificates of ${source} cannot be used: in ${folder}, ${problem}.`, {
    remedy: 'Put whole PEM files there, the key without a passphrase, then retry.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function explainNetwork(place: TcpPlace, code: string, cause: unknown): ConnectionError | undefined {
  const { address, host, source } = place;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return new ConnectionError('nameNotResolved', `The name "${host}" could not be resolved (for ${address}).`, {
        remedy: `Check the address in ${source}, your network and your VPN, then retry.`,
        cause,
      });
    case 'ECONNREFUSED':
      return new ConnectionError('refused', `${address} refused the connection: no Docker Engine listens there.`, {
        remedy: `Check that Docker runs there and listens on this port ("hosts" in its daemon.json), and the address in ${source}, then retry.`,
        cause,
      });
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return new ConnectionError('unreachable', `${address} cannot be reached (${code}).`, {
        remedy: 'Check that the machine is running and that its firewall lets this port in, then retry.',
        cause,
      });
    default:
      return undefined;
  }
}

// Codes of OpenSSL (Node) and of BoringSSL (the editor's own).
function explainProtocol(place: TcpPlace, code: string, cause: unknown): ConnectionError | undefined {
  const { address, tls, source, hasAnswered } = place;
  const failed = (message: string, remedy: string): ConnectionError =>
    new ConnectionError('tlsFailed', message, { remedy, cause });
  const isForeign = code.startsWith('HPE_');
  if (tls === undefined) {
    if (code !== HTTPS_EXPECTED && !(isForeign && isTlsRecord(cause)))
      return isForeign ? foreign(place, cause) : undefined;
    return failed(
      `${address} speaks TLS only, and ${source} has no certificates.`,
      `Give ${source} the engine's ca.pem and a cert.pem and key.pem of your own, then retry.`,
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = namesOf(cause);
    return failed(
      `The certificate of ${address} is ${names === '' ? 'for nobody' : `for ${names}`}, not for "${place.host}".`,
      `Use one of its names in ${source}, or give the engine a certificate for "${place.host}".`,
    );
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return failed(
      `A certificate of ${address} has expired${expiryOf(cause)}.`,
      'Give the engine a new certificate and restart Docker there, or set the clock of this machine right, then retry.',
    );
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return failed(
      `The certificate of ${address} is not valid yet.`,
      'Set the clocks of this machine and of the one that made the certificate right, then retry.',
    );
  }
  if (
    /SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY|DECRYPT)|CERT_(?:SIGNATURE|UNTRUSTED|REJECTED|CHAIN)|INVALID_CA/.test(code)
  ) {
    return failed(
      `The certificate of ${address} is signed by an authority that ${source} does not trust.`,
      `Put the certificate of that authority into ${source}${folderOf(tls)} as ca.pem, then retry. Where you did not expect this, somebody else may be answering.`,
    );
  }
  if (
    /ALERT_(?:UNKNOWN_CA|BAD_CERT|CERTIFICATE|UNSUPPORTED_CERT|ACCESS_DENIED|HANDSHAKE_FAILURE|DECRYPT)|CERTIFICATE_REQUIRED|ALERT_NUMBER_116/.test(
      code,
    )
  ) {
    return clientRefused(place, cause);
  }
  if (/WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST|UNKNOWN_PROTOCOL|RECORD_TOO|BAD_PACKET/.test(code)) {
    return failed(
      `${address} does not speak TLS, and ${source} asks for it.`,
      `Start the engine with "tlsverify", or check the port in ${source}, then retry.`,
    );
  }
  if (isForeign) return foreign(place, cause);
  // Some peers only hang up where a certificate displeases them.
  const isReset = code === 'ECONNRESET' || code === 'EPIPE';
  if (isReset && !hasAnswered && !isBeforeTls(cause)) return clientRefused(place, cause);
  if (/^(?:ERR_SSL_|ERR_TLS_|EPROTO|ERR_OSSL_)/.test(code)) {
    return failed(
      `TLS with ${address} failed (${code}).`,
      `Check the certificates of ${source} and of the engine, then retry.`,
    );
  }
  return undefined;
}

function clientRefused({ address, tls, source }: TcpPlace, cause: unknown): ConnectionError {
  const hasOwn = tls?.cert !== undefined && tls.key !== undefined;
  const message = hasOwn
    ? `${address} refused the client certificate of ${source}.`
    : `${address} asks for a client certificate, and ${source} has none.`;
  return new ConnectionError('tlsFailed', message, {
    remedy: `Put a cert.pem and key.pem that the engine's authority has signed and that have not expired into ${source}${folderOf(tls)}, then retry.`,
    cause,
  });
}

function foreign({ address, source }: TcpPlace, cause: unknown): ConnectionError {
  return new ConnectionError('other', `What answers at ${address} is no Docker Engine.`, {
    remedy: `Check the port in ${source}, then retry.`,
    cause,
  });
}

function silent({ address }: TcpPlace, code: string, cause: unknown): ConnectionError {
  return new ConnectionError(
    'engineStopped',
    `The Docker Engine at ${address} does not answer${code === '' ? '' : ` (${code})`}.`,
    {
      remedy: 'Check that Docker runs on that machine, then retry.',
      cause,
    },
  );
}

function folderOf(tls: TlsFiles | undefined): string {
  return tls === undefined || tls.folder === '' ? '' : ` (${tls.folder})`;
}

function codeOf(error: unknown): string | undefined {
  // All addresses of a name failed: the first failure speaks for them.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function isBeforeTls(error: unknown): boolean {
  return error instanceof Error && /before secure TLS connection/.test(error.message);
}

function isTlsRecord(error: unknown): boolean {
  const packet = (error as { rawPacket?: unknown }).rawPacket;
  return Buffer.isBuffer(packet) && packet[0] === TLS_ALERT && packet[1] === TLS_MAJOR_VERSION;
}

const TLS_ALERT = 21;
const TLS_MAJOR_VERSION = 3;

function namesOf(error: unknown): string {
  const cert = (error as { cert?: Partial<PeerCertificate> }).cert;
  return (cert?.subjectaltname ?? '').replaceAll(/\b(?:DNS|IP Address):/g, '').slice(0, 200);
}

function expiryOf(error: unknown): string {
  const until = (error as { cert?: Partial<PeerCertificate> }).cert?.valid_to;
  return until === undefined ? '' : ` (${until})`;
}
