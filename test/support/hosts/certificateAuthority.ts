import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { run } from './run.ts';

export type CertificateAuthority = { readonly certificate: string; readonly key: string };

/** The authority that hosts and images trust; made on this machine, never leaves its cache. */
export async function certificateAuthority(): Promise<CertificateAuthority> {
  const folder = await cached('authority', ['ec-10-years'], async (building) => {
    mkdirSync(building, { mode: 0o700 });
    const subject = '/CN=Release host of the test hosts';
    const extensions = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
    const key = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      join(building, 'ca.key'),
    ];
    await run('openssl', [
      'req',
      '-x509',
      ...key,
      '-days',
      '3650',
      '-subj',
      subject,
      ...extensions,
      '-out',
      join(building, 'ca.crt'),
    ]);
  });
  return { certificate: join(folder, 'ca.crt'), key: join(folder, 'ca.key') };
}

/** Makes a server certificate for the names; valid for a week. */
export async function serverCertificate(
  authority: CertificateAuthority,
  names: readonly string[],
  folder: string,
): Promise<{ readonly cert: string; readonly key: string }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string): string => join(folder, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file('server.key')];
  const altNames = `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`;
  const usage = ['-addext', altNames, '-addext', 'extendedKeyUsage=serverAuth', '-addext', 'basicConstraints=CA:FALSE'];
  await run('openssl', ['req', '-new', ...newKey, '-subj', `/CN=${names[0]}`, ...usage, '-out', file('server.csr')]);
  const signer = [
    '-CA',
    authority.certificate,
    '-CAkey',
    authority.key,
    '-CAcreateserial',
    '-CAserial',
    file('serial'),
  ];
  const sign = ['x509', '-req', '-in', file('server.csr'), ...signer, '-days', '7', '-copy_extensions', 'copy'];
  await run('openssl', [...sign, '-out', file('server.crt')]);
  return { cert: file('server.crt'), key: file('server.key') };
}
