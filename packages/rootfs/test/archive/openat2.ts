type Engine = typeof import("@mini/native/archive");

let missing = false;

/** Whether the kernel is to be taken for one without openat2(2), from the next call on. */
export function setMissing(value: boolean): void {
  missing = value;
}

/** For `vi.mock("@mini/native/archive")`: the engine, told to go name by name where openat2(2) is missing. */
export async function withoutOpenat2(original: () => Promise<unknown>): Promise<Engine> {
  const engine = (await original()) as Engine;
  const extract: Engine["archive"]["extract"] = (source, options, listener) =>
    engine.archive.extract(source, { ...options, walk: missing }, listener);
  return { ...engine, archive: { ...engine.archive, extract } };
}
