// In the bundle this stands for the package `socks`: it is loaded when an engine is first reached through such a proxy.
let library;
const load = () => {
  library ??= require('./lazy/socksLibrary.js');
  return library;
};

module.exports = {
  get SocksClient() {
    return load().SocksClient;
  },
};
