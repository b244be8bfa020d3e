// In the bundle this stands for the package `bcrypt-pbkdf`: it is loaded when the first key with a passphrase is opened.
let library;

module.exports = {
  pbkdf: (...args) => {
    library ??= require('./lazy/bcryptPbkdfLibrary.js');
    return library.pbkdf(...args);
  },
};
