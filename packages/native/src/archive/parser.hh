// Reads entries and their contents from the bytes of a tar archive, in any of its dialects.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>

#include "entry.hh"
#include "extended.hh"
#include "header.hh"
#include "limits.hh"
#include "source.hh"

namespace archive {

// A piece of a file's content, and where in the file it belongs: a sparse file has holes between.
struct Piece {
  std::uint64_t offset = 0;
  Chunk chunk;
};

class Parser {
 public:
  // `read` counts the bytes of the packed archive, for the limit of the ratio; null for none.
  Parser(Source& source, const Limits& limits, const std::atomic<std::uint64_t>* read = nullptr)
      : source_(source), limits_(limits), read_(read) {}

  // The next entry; what is left of the content of the one before is skipped. False at the end.
  // Throws Failure, with the entry and the offset.
  bool next(Entry& entry);
  // The next bytes of the entry's content; false at its end.
  bool content(Piece& piece);
  // How the headers were written, as far as has been seen: "v7", "ustar", "gnu" or "pax".
  const char* format() const;

 private:
  struct Names {
    std::optional<std::string> path, link;
  };
  bool group(Entry& entry);
  bool ended(bool garbage);
  static bool isExtension(const Header& header);
  bool readExtension(const Header& header, Names& names);
  static Type typeOf(const Header& header, std::string_view path);
  void fill(Entry& entry, Header& header, const Names& names, const std::uint8_t* block);
  void extend(Entry& entry, std::uint64_t& uid, std::uint64_t& gid);
  void acl(const std::string& kind, Entry& entry);
  void check(const Entry& entry);
  // sparse.cc
  void sparse(Entry& entry, const Header& header, const std::uint8_t* block);
  void sparseMap(std::string_view numbers);
  void sparseMapInContent();
  void checkExtents(const Entry& entry) const;

  bool more();
  Chunk some(std::uint64_t most);
  const std::uint8_t* block();
  std::string bytes(std::uint64_t size, std::uint64_t most);
  void skip(std::uint64_t size);
  [[noreturn]] void truncated() const;

  Source& source_;
  const Limits limits_;
  const std::atomic<std::uint64_t>* const read_;
  Chunk chunk_;
  std::array<std::uint8_t, kBlock> whole_;  // a block that lies in two chunks
  std::uint64_t position_ = 0;

  Extended extended_;
  bool gnu_ = false, pax_ = false, ustar_ = false;
  std::uint64_t entries_ = 0, total_ = 0, start_ = 0;
  unsigned zeros_ = 0;  // blocks of zeros since the last header

  // Of the entry's content: what is left of it in the archive, the padding after it, and where in
  // the file we are.
  std::uint64_t stored_ = 0, padding_ = 0, at_ = 0;
  bool isSparse_ = false;
  std::vector<Extent> extents_;
  std::size_t extent_ = 0;
};

}  // namespace archive
