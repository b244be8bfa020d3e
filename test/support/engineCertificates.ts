import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './hosts/run.ts';

/** PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface IssueOptions {
  readonly commonName: string;
  /** Such as `IP:10.77.0.11` or `DNS:vm1`; none for a client's certificate. */
  readonly altNames?: readonly string[];
  readonly usage: 'serverAuth' | 'clientAuth';
  /** Valid for no longer than the second in which it is made. */
  readonly isExpired?: boolean;
}

/** An authority that signs certificates of engines and of their clients, as people make one with openssl. */
export class EngineAuthority {
  readonly #folder: string;
  readonly #name: string;
  #issued = 0;

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  static async create(folder: string, name: string): Promise<EngineAuthority> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const authority = new EngineAuthority(folder, name);
    const extensions = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
    const [key, cert] = [authority.#file('key'), authority.#file('crt')];
    await run('openssl', [
      'req',
      '-x509',
      ...newKey(key),
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      ...extensions,
      '-out',
      cert,
    ]);
    return authority;
  }

  get certificate(): string {
    return readFileSync(this.#file('crt'), 'utf8');
  }

  async issue({ commonName, altNames = [], usage, isExpired = false }: IssueOptions): Promise<Certificate> {
    this.#issued += 1;
    const file = (extension: string): string => this.#file(`${this.#issued}.${extension}`);
    const extensions = [`extendedKeyUsage=${usage}`, 'basicConstraints=CA:FALSE'];
    if (altNames.length > 0) extensions.push(`subjectAltName=${altNames.join(',')}`);
    await run('openssl', ['req', '-new', ...newKey(file('key')), '-subj', `/CN=${commonName}`, '-out', file('csr')]);
    writeFileSync(file('ext'), `${extensions.join('\n')}\n`);
    const validity = ['-days', isExpired ? '0' : '2'];
    const signer = ['-CA', this.#file('crt'), '-CAkey', this.#file('key'), '-CAcreateserial'];
    const sign = ['x509', '-req', '-in', file('csr'), ...signer, ...validity, '-extfile', file('ext')];
    await run('openssl', [...sign, '-out', file('crt')]);
    return { cert: readFileSync(file('crt'), 'utf8'), key: readFileSync(file('key'), 'utf8') };
  }

  #file(extension: string): string {
    return join(this.#folder, `${this.#name}.${extension}`);
  }
}

function newKey(file: string): readonly string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file];
}
