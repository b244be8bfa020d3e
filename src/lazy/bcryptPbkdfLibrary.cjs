// A file of its own in dist, so that nobody reads these 50 KB who has no key with a passphrase.
module.exports = require('../../node_modules/bcrypt-pbkdf/index.js');
