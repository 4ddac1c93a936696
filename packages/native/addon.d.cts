/** The addon, as src/binding.ts describes it. */
declare const addon: unknown;
export = addon;
