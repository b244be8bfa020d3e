import { createHash } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { homedir, hostname, networkInterfaces } from 'node:os';
import type { LocalMachine } from '../../core/vm/sshTokens.ts';

/** This machine, for the tokens and criteria of an SSH config. */
export function localMachine(): LocalMachine {
  return {
    hostName: hostname(),
    homeFolder: homedir(),
    userId: String(process.getuid?.() ?? ''),
    environment: process.env,
    sha1Hex: (text) => createHash('sha1').update(text).digest('hex'),
    isInNetwork,
  };
}

function isInNetwork(networks: readonly string[]): boolean | undefined {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const version = isIP(address);
    const bits = version === 4 ? 32 : 128;
    const length = prefix === undefined ? bits : Number(prefix);
    if (version === 0 || !Number.isInteger(length) || length < 0 || length > bits) return undefined;
    list.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
  }
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .some(({ address, family }) => list.check(address, family === 'IPv4' ? 'ipv4' : 'ipv6'));
}
