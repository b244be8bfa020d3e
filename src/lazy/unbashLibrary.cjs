// A file of its own in dist, so that nobody reads these 100 KB who has no shell text.
module.exports = require('../../node_modules/unbash/dist/parser.js');
