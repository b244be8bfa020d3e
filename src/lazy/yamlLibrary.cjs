// A file of its own in dist, so that nobody reads these 100 KB who has no YAML file.
module.exports = require('../../node_modules/yaml/dist/index.js');
