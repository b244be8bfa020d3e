// A file of its own in dist, so that nobody reads it who asks for no fix.
module.exports = require('../../node_modules/diff/libcjs/index.js');
