"use strict";
// Loads the addon: the prebuilt one, or else what the install script has built here. A file of its own, which finds the
// addon beside itself, so that everything else can be bundled into somebody's program.
if (process.platform !== "linux") {
  throw new Error(
    `@mini/native needs Linux, its namespaces are what it is about; this is ${process.platform}.`,
  );
}
module.exports = require("node-gyp-build")(__dirname);
