// Runs a command as a test: node .ci/check.mjs report.json "what it shows" command args…
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";

const [report, title, command, ...args] = process.argv.slice(2);
const began = Date.now();
const { status, error } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
const passed = status === 0;
const seconds = ((Date.now() - began) / 1000).toFixed(1);
console.log(`${passed ? "ok" : "FAILED"}: ${title} (${seconds} s)${error ? `: ${error.message}` : ""}`);
// In the form of vitest's json reporter, for scripts/total.mjs.
const result = { fullName: title, status: passed ? "passed" : "failed" };
writeFileSync(
  report,
  JSON.stringify({
    success: passed,
    testResults: [{ name: ".ci/run", status: result.status, assertionResults: [result] }],
  }),
);
process.exitCode = passed ? 0 : 1;
