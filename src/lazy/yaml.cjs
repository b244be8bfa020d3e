// In the bundle this stands for the package `yaml`: it is loaded when the first YAML file is read, not with the checks.
let library;
const load = () => {
  library ??= require('./lazy/yamlLibrary.js');
  return library;
};

module.exports = {
  get isAlias() {
    return load().isAlias;
  },
  get isMap() {
    return load().isMap;
  },
  get isNode() {
    return load().isNode;
  },
  get isScalar() {
    return load().isScalar;
  },
  get isSeq() {
    return load().isSeq;
  },
  get visit() {
    return load().visit;
  },
  get parseDocument() {
    return load().parseDocument;
  },
};
