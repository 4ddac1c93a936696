// Adds up the reports of several runs: node scripts/total.mjs [--skips file] report.json…
//
// The last line is "N passed, N failed, N skipped"; before it, every skipped test once, and what is wrong. It fails where a
// test failed, a report is missing, or a skip is not among those that scripts/allowed-skips.txt gives a reason for. A test
// that was skipped because it needs the other user has to have passed in another run.
import { readFileSync } from "node:fs";

const SUFFIX = / \(needs ([^()]*)\)$/;
const OTHER_USER = /\b(root|an ordinary user)\b/;

/** The tests of one report, vitest's or .ci/check's: [{ file, name, status }]. */
function testsOf(path) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return [{ file: path, name: `there is a report (${error.message})`, status: "failed" }];
  }
  const tests = report.testResults.flatMap(({ name, status, assertionResults }) => {
    // The runs happen in different directories.
    const file = name.split("/").slice(-3).join("/");
    const found = assertionResults.map((test) => ({ file, name: test.fullName.trim(), status: test.status }));
    // A file that could not even be loaded has no tests.
    return found.length === 0 && status === "failed" ? [{ file, name: "is loaded", status }] : found;
  });
  if (tests.length === 0) tests.push({ file: path, name: "has tests", status: "failed" });
  if (!report.success && !tests.some(({ status }) => status === "failed"))
    tests.push({ file: path, name: "nothing failed outside of tests", status: "failed" });
  return tests;
}

function allowedSkips(path) {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const [pattern, reason] = line.split(/\s+# /);
    if (!reason) throw new Error(`${path}: no reason after " # " in ${JSON.stringify(line)}`);
    return new RegExp(pattern);
  });
}

const [first, second, ...rest] = process.argv.slice(2);
const [skips, reports] =
  first === "--skips"
    ? [second, rest]
    : [new URL("allowed-skips.txt", import.meta.url), [first, second, ...rest]];
const allowed = allowedSkips(skips);
const tests = reports.filter(Boolean).flatMap((path) => testsOf(path));
const key = ({ file, name }) => `${file} > ${name.replace(SUFFIX, "")}`;
const passed = new Set(tests.filter(({ status }) => status === "passed").map(key));

const wrong = tests
  .filter(({ status }) => status !== "passed" && status !== "skipped")
  .map((test) => `failed: ${key(test)}`);
const skipped = new Set();
for (const test of tests.filter(({ status }) => status === "skipped")) {
  const title = `${test.file} > ${test.name}`;
  skipped.add(title);
  const [, needs = ""] = SUFFIX.exec(test.name) ?? [];
  if (OTHER_USER.test(needs)) {
    if (!passed.has(key(test))) wrong.push(`passed for no user: ${title}`);
  } else if (!allowed.some((pattern) => pattern.test(title))) {
    wrong.push(`skipped without a written reason: ${title}`);
  }
}

for (const title of skipped) console.log(`skipped: ${title}`);
for (const line of new Set(wrong)) console.log(line);
const count = (state) => tests.filter(({ status }) => status === state).length;
console.log(`\n${count("passed")} passed, ${wrong.length} failed, ${count("skipped")} skipped`);
process.exitCode = wrong.length > 0 ? 1 : 0;
