// The few functions of libuv that watch a descriptor on Node's loop. Their header is not among
// those that Node-API guarantees (node-api-headers), but the functions are exported by every Node,
// and all of libuv 1.x keeps their ABI.
#pragma once

#include <cstddef>

extern "C" {
struct uv_loop_s;
struct uv_handle_s;

std::size_t uv_handle_size(int type);
void* uv_handle_get_data(const uv_handle_s* handle);
void uv_handle_set_data(uv_handle_s* handle, void* data);
int uv_async_init(uv_loop_s* loop, uv_handle_s* async, void (*callback)(uv_handle_s* async));
int uv_async_send(uv_handle_s* async);
int uv_poll_init(uv_loop_s* loop, uv_handle_s* poll, int fd);
int uv_poll_start(uv_handle_s* poll, int events,
                  void (*callback)(uv_handle_s* poll, int status, int events));
void uv_close(uv_handle_s* handle, void (*callback)(uv_handle_s* handle));
void uv_ref(uv_handle_s* handle);
void uv_unref(uv_handle_s* handle);
}

constexpr int UV_ASYNC = 1, UV_POLL = 8;  // of enum uv_handle_type
constexpr int UV_READABLE = 1;
