import type { Architecture } from '../../../src/core/binaries/catalog.ts';

/** An executable for Linux that prints `text` and ends with 0, whatever its arguments; static, so that it runs in any image. */
export function tinyProgram(architecture: Architecture, text: string): Buffer {
  const data = Buffer.from(text);
  const code = architecture === 'arm64' ? arm64Code(data.length) : amd64Code(data.length);
  const header = Buffer.alloc(headerBytes + programHeaderBytes);
  const size = BigInt(header.length + code.length + data.length);
  const machine = architecture === 'arm64' ? 183 : 62;
  // elf(5): 64 bits, little-endian, an executable with one segment, which is loaded whole.
  header.write('\x7fELF', 'latin1');
  header.set([2, 1, 1], 4);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(loadAddress + BigInt(header.length), 24);
  header.writeBigUInt64LE(BigInt(headerBytes), 32);
  header.writeUInt16LE(headerBytes, 52);
  header.writeUInt16LE(programHeaderBytes, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(1, 64);
  header.writeUInt32LE(5, 68);
  header.writeBigUInt64LE(loadAddress, 80);
  header.writeBigUInt64LE(loadAddress, 88);
  header.writeBigUInt64LE(size, 96);
  header.writeBigUInt64LE(size, 104);
  header.writeBigUInt64LE(0x1000n, 112);
  return Buffer.concat([header, code, data]);
}

const headerBytes = 64;
const programHeaderBytes = 56;
const loadAddress = 0x400000n;

/** write(1, text, length); exit(0). The text follows the code. */
function amd64Code(length: number): Buffer {
  const code = Buffer.from('b801000000bf01000000488d3510000000ba000000000f05b83c00000031ff0f05', 'hex');
  code.writeUInt32LE(length, 18);
  return code;
}

function arm64Code(length: number): Buffer {
  // mov x8,64; mov x0,1; adr x1,text; mov x2,length; svc 0; mov x8,93; mov x0,0; svc 0
  const words = [0xd2800808, 0xd2800020, 0x100000c1, 0xd2800002 + length * 32];
  const code = Buffer.alloc(32);
  for (const [at, word] of [...words, 0xd4000001, 0xd2800ba8, 0xd2800000, 0xd4000001].entries()) {
    code.writeUInt32LE(word, at * 4);
  }
  return code;
}
