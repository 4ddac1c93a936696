// Last line of a run in plain words: "5 passed, 0 failed, 1 skipped".
export default class TotalsReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const n = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        n[test.result().state]++;
        tests++;
      }
      if (tests === 0 && module.state() === "failed") n.failed++;
    }
    process.on("exit", () =>
      process.stdout.write(`\n${n.passed} passed, ${n.failed} failed, ${n.skipped} skipped\n`),
    );
  }
}
