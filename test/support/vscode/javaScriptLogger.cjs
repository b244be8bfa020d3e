/**
 * Stands in for the `@vscode/spdlog` of the VS Code server, whose native half needs a compiler. The extension host
 * writes every output channel through it, so that without it the Output panel stays empty.
 */
const { appendFileSync, mkdirSync } = require('node:fs');
const path = require('node:path');

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];
const printedNames = { warn: 'warning' };

class Logger {
  #file;
  #level = 2;
  #isPlain = false;

  constructor(_type, _name, file) {
    this.#file = file;
    mkdirSync(path.dirname(file), { recursive: true });
    for (const [level, name] of levels.entries()) this[name] = (message) => this.#write(level, name, message);
  }

  getLevel() {
    return this.#level;
  }

  setLevel(level) {
    this.#level = level;
  }

  /** VS Code asks for one pattern only: time, level, message. */
  setPattern() {
    this.#isPlain = false;
  }

  clearFormatters() {
    this.#isPlain = true;
  }

  flush() {}

  drop() {}

  #write(level, name, message) {
    if (level < this.#level) return;
    const time = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString();
    const heading = `${time.slice(0, 10)} ${time.slice(11, 23)} [${printedNames[name] ?? name}]`;
    appendFileSync(this.#file, this.#isPlain ? message : `${heading} ${message}\n`);
  }
}

const createLogger = async (name, file) => new Logger('rotating', name, file);

// One assignment each: only so does an `import` of this file see the names.
exports.version = 0;
exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
