{
  "target_defaults": {
    "cflags_c": ["-std=gnu11", "-Wall", "-Wextra", "-Werror"],
    "cflags_cc": ["-std=c++20", "-Wall", "-Wextra", "-Werror"],
    "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
  },
  "conditions": [["OS!='linux'", {
    "targets": [{"target_name": "mini", "type": "none"}],
  }, {
    "targets": [
      {
        # What runs between clone3(2) and execve(2): system calls and nothing else. A target of its own, so that it
        # cannot even include napi.h; test/child.test.ts reads its symbol table.
        "target_name": "child",
        "type": "static_library",
        "sources": ["src/child.c"],
        "cflags_c": ["-ffreestanding", "-fno-stack-protector", "-fPIC"],
      },
      {
        # The trampoline and the init: a static program of a few KB, embedded in the addon byte for byte.
        "target_name": "mini-init",
        "type": "executable",
        "sources": ["src/init.c"],
        "cflags_c": ["-ffreestanding", "-fno-stack-protector", "-fno-pie", "-fno-pic", "-fno-asynchronous-unwind-tables", "-Os"],
        "cflags_c!": ["-fPIC"],
        "cflags!": ["-fPIC", "-pthread"],
        "ldflags": ["-nostdlib", "-static", "-no-pie", "-Wl,--build-id=none", "-Wl,-z,norelro", "-Wl,-z,noseparate-code", "-s"],
        "ldflags!": ["-pthread", "-rdynamic"],
      },
      {
        "target_name": "mini",
        "sources": [
          "src/addon.cc",
          "src/clone.cc",
          "src/completion.cc",
          "src/credentials.cc",
          "src/parent.cc",
          "src/program.cc",
          "src/reaper.cc",
          "src/start.cc",
          "src/terminal.cc",
          "src/threads.cc",
          "src/trampoline.cc",
        ],
        "dependencies": ["child", "mini-init", "<!(node -p \"require('node-addon-api').targets\"):node_addon_api_except"],
        # The last: a call of ours can be the one during which its Worker is terminated.
        "defines": ["NAPI_VERSION=8", "NODE_ADDON_API_DISABLE_DEPRECATED", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
        "cflags_cc": ["-Wa,-I<(PRODUCT_DIR)"],
        # When the Worker that loaded an addon ends, Node unloads it; the spawner threads are still in there.
        "ldflags": ["-Wl,-z,nodelete"],
      },
    ],
  }]],
}
