/** Something that was asked for and cannot be done: its message is one sentence, and mocker ends with status 125. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A value as messages show it. */
export function show(value: string): string {
  return JSON.stringify(value);
}
