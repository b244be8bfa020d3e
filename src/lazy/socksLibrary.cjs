// A file of its own in dist, so that nobody reads these 70 KB who has no such proxy.
module.exports = require('../../node_modules/socks/build/index.js');
