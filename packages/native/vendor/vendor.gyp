# Other people's code, unchanged: see README.md. Without -Wall: its warnings are not ours to correct. Hidden, so that
# it never stands in for a library of the same name in the process (Node 24 has a zstd of its own), and in sections, of
# which the addon keeps those that it calls.
{
  "target_defaults": {
    "cflags": ["-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections", "-w"],
    "cflags_c": ["-std=gnu11"],
  },
  "targets": [
    {
      "target_name": "zstd",
      "type": "static_library",
      "sources": ["<!@(node -p \"require('./sources.cjs')('zstd')\")"],
      "defines": ["ZSTDLIB_VISIBLE=", "ZSTDERRORLIB_VISIBLE=", "XXH_NAMESPACE=MINI_", "ZSTD_TRACE=0", "DEBUGLEVEL=0"],
      "direct_dependent_settings": {
        "include_dirs": ["zstd/src"],
        "defines": ["ZSTDLIB_VISIBLE=", "ZSTDERRORLIB_VISIBLE="],
      },
    },
    {
      "target_name": "bzip2",
      "type": "static_library",
      "sources": ["<!@(node -p \"require('./sources.cjs')('bzip2')\")"],
      # An assertion of the library calls bz_internal_error(), which src/archive/bzip2.cc defines and which throws.
      "defines": ["BZ_NO_STDIO"],
      "cflags": ["-fexceptions"],
      "direct_dependent_settings": {"include_dirs": ["bzip2/src"], "defines": ["BZ_NO_STDIO"]},
    },
    {
      "target_name": "xz",
      "type": "static_library",
      "sources": ["<!@(node -p \"require('./sources.cjs')('xz')\")"],
      "defines": ["HAVE_CONFIG_H"],
      "include_dirs": [
        "xz",
        "xz/src/common",
        "xz/src/liblzma/api",
        "xz/src/liblzma/check",
        "xz/src/liblzma/common",
        "xz/src/liblzma/delta",
        "xz/src/liblzma/lz",
        "xz/src/liblzma/lzma",
        "xz/src/liblzma/rangecoder",
        "xz/src/liblzma/simple",
      ],
      "direct_dependent_settings": {"include_dirs": ["xz/src/liblzma/api"]},
    },
  ],
}
