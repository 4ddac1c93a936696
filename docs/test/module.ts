import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { output, type Surroundings } from "./shell.ts";

/** Runs code as a module of this package, which depends on all others; resolves to what it prints. */
export async function runModule(code: string, language: "js" | "ts", { env }: Surroundings): Promise<string> {
  // Here and not in the temporary directory: that is where imports are looked up from.
  const directory = mkdtempSync(join(import.meta.dirname, ".run-"));
  try {
    const file = join(directory, "page.mjs");
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    writeFileSync(file, language === "js" ? code : ts.transpileModule(code, { compilerOptions }).outputText);
    return await output(process.execPath, [file], env);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
