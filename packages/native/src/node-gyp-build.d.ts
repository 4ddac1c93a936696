declare module "node-gyp-build" {
  /** Loads the addon of the package in `directory`: prebuilt, or built there. */
  export default function load(directory: string): unknown;
}
