import type { Limits, PackCompression } from "@mini/rootfs/archive";

/** What each of `mocker rootfs pack`, `extract` and `list` takes, as far as it has been read. */
export interface Draft {
  readonly exclude: readonly string[];
  /** Undefined where it was not asked for. */
  readonly oneFileSystem: boolean | undefined;
  readonly sparse: boolean;
  /** Undefined: by the archive's name. */
  readonly compression: PackCompression | undefined;
  readonly reproducible: boolean;
  readonly strip: number;
  /** Undefined: as root. */
  readonly sameOwner: boolean | undefined;
  readonly limits: Partial<Limits>;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

export const empty: Draft = {
  exclude: [],
  oneFileSystem: undefined,
  sparse: true,
  compression: undefined,
  reproducible: false,
  strip: 0,
  sameOwner: undefined,
  limits: {},
  verbose: false,
  quiet: false,
  json: false,
};
