// In the bundle this stands for the package `unbash`: it is loaded when the first shell text is read, not with the checks.
let library;

module.exports = {
  get parse() {
    library ??= require('./lazy/unbashLibrary.js');
    return library.parse;
  },
};
