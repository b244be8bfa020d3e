import { Writable } from 'node:stream';

const suiteLinePrefix = 'suite| ';
const heldBackLines = 200;

/** Shows the lines of the suites (`test/editor/index.ts` marks them) and holds VS Code's own back for when the run fails. */
export class SuiteOutput extends Writable {
  readonly #heldBack: string[] = [];
  #rest = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const lines = (this.#rest + chunk.toString('utf8')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith(suiteLinePrefix)) process.stdout.write(`${line.slice(suiteLinePrefix.length)}\n`);
      else this.#heldBack.push(line);
    }
    this.#heldBack.splice(0, this.#heldBack.length - heldBackLines);
    done();
  }

  /** Prints what VS Code said last. */
  showHeldBack(): void {
    process.stdout.write(`VS Code's own output, its last lines:\n${[...this.#heldBack, this.#rest].join('\n')}\n`);
  }
}
