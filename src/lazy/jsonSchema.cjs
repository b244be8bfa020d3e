// In the bundle this stands for the package `@cfworker/json-schema`: it is loaded when somebody has written binaries of their own.
let library;

module.exports = {
  get Validator() {
    library ??= require('./lazy/jsonSchemaLibrary.js');
    return library.Validator;
  },
};
