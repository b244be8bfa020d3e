// A file of its own in dist, so that nobody reads these 50 KB who touches no file of a VM.
module.exports = require('../../node_modules/ssh2/lib/protocol/SFTP.js');
