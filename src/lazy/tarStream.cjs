// In the bundle this stands for the package `tar-stream`: it is loaded when the first folder is packed or unpacked.
let library;
const load = () => {
  library ??= require('./lazy/tarStreamLibrary.js');
  return library;
};

module.exports = {
  get extract() {
    return load().extract;
  },
  get pack() {
    return load().pack;
  },
};
