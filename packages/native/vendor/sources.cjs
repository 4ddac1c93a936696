"use strict";
// The C and assembler files of one of the libraries here, one a line, for vendor.gyp.
const fs = require("node:fs");
const path = require("node:path");

module.exports = (name) =>
  fs
    .readdirSync(path.join(__dirname, name, "src"), { recursive: true })
    .filter((file) => /\.[cS]$/.test(file))
    .sort()
    .map((file) => path.posix.join(name, "src", file))
    .join("\n");
