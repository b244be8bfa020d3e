// In the bundle this stands for the SFTP part of ssh2, a third of its client: it is loaded when the first file is read or written.
let library;
const load = () => {
  library ??= require('./lazy/sftpLibrary.js');
  return library;
};

/** ssh2 makes its channels by this name, and knows them again by their `constructor`. */
function SFTP(...args) {
  const channel = new (load().SFTP)(...args);
  Object.defineProperty(channel, 'constructor', { value: SFTP });
  return channel;
}

module.exports = {
  SFTP,
  // Of ssh2's own exports, which nobody here uses.
  flagsToString: undefined,
  OPEN_MODE: undefined,
  STATUS_CODE: undefined,
  stringToFlags: undefined,
};
