// One extraction while it runs.
#pragma once

#include <unordered_set>

#include "contents.hh"
#include "directories.hh"
#include "extract.hh"
#include "tree.hh"

namespace archive {

class Extraction {
 public:
  Extraction(Source& source, const ExtractOptions& options, Progress& progress,
             const std::atomic<bool>& aborted, ExtractResult& result);
  void run();
  // After a failure, where that was asked for.
  void undo();

 private:
  void entry(const Entry& entry);
  void root(const Entry& entry);
  void file(const Entry& entry, int parent, const std::string& name);
  void link(const Entry& entry, int parent, const std::string& name);
  void directory(const Entry& entry, int parent, const Place& place);
  void node(const Entry& entry, int parent, const std::string& name, std::uint32_t type,
            std::uint64_t device);
  Attributes attributesOf(const Entry& entry);
  // whiteouts.cc. True where the entry was a mark, and is dealt with.
  bool whiteout(const Entry& entry, const Place& place);
  void hide(int parent, const std::string& name);
  void hideLower(int directory);
  void makeOpaque(int directory);
  void made(int parent, const std::string& name);
  bool isMade(int parent, const char* name) const;

  const ExtractOptions& options_;
  Progress& progress_;
  const std::atomic<bool>& aborted_;
  ExtractResult& result_;
  Tree tree_;
  Parser parser_;
  Directories directories_;
  Contents contents_;
  // Inodes of what this archive has made: whiteouts are about what was there before.
  std::unordered_set<std::uint64_t> made_;
};

}  // namespace archive
