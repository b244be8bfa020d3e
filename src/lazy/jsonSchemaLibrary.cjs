// A file of its own in dist, so that nobody reads it who has no binaries of their own.
module.exports = require('../../node_modules/@cfworker/json-schema/dist/commonjs/index.js');
