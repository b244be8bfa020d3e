/** Options of a shell that decide whether a failure ends it. */
export interface ShellOptions {
  readonly errexit: boolean;
  readonly pipefail: boolean;
}

/** What `bash -euo pipefail -c` or `set -ex` switch on; `words` are the words after the program's name. */
export function shellOptions(words: readonly string[]): ShellOptions {
  let errexit = false;
  let pipefail = false;
  words.forEach((word, index) => {
    if (/^-[a-zA-Z]+$/.test(word) && word.includes('e')) errexit = true;
    const isOption = /^-[a-zA-Z]*o$/.test(words[index - 1] ?? '');
    if (isOption && word === 'pipefail') pipefail = true;
    if (isOption && word === 'errexit') errexit = true;
  });
  return { errexit, pipefail };
}
