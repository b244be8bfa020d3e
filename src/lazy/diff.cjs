// In the bundle this stands for the package `diff`: it is loaded when the first fix is made or shown, not with the checks.
let library;
const load = () => {
  library ??= require('./lazy/diffLibrary.js');
  return library;
};

module.exports = {
  get createTwoFilesPatch() {
    return load().createTwoFilesPatch;
  },
  get diffArrays() {
    return load().diffArrays;
  },
  get FILE_HEADERS_ONLY() {
    return load().FILE_HEADERS_ONLY;
  },
};
