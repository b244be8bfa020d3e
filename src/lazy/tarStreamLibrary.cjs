// A file of its own in dist, so that nobody reads these 40 KB who uploads nothing.
module.exports = require('../../node_modules/tar-stream/index.js');
