// Whole files in and out. A file is written beside its place and renamed, so that a reader
// the path finds the old contents or the new, never a part, whenever the writer dies.
// Next: source.hpp, which reads; safetensors.hpp, which keeps models this way.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include "glassgrad/array/function.hpp"

namespace glassgrad {

// Called before each step of writing a file: "create", "write" (once per mebibyte or part), "sync",
// "rename", "sync folder". What it throws ends the writing. Tests throw or kill here.
using WriteHook = Function<void(std::string_view step)>;

// Replaces the file's contents by the parts in order.
// Writes `path`.partial-<process>-<number>, flushes it to disk, renames it. On any error before the
// rename the old file is untouched and the partial file removed; one left behind by a killed
// process is removed by the next write of the same path, when neither its process lives nor its
// lock is held. A symbolic link is followed, and an old file's permissions are kept. SIGXFSZ is
// suppressed. Throws DataError: no such folder, not a regular file, disk full, ...
void write_file(const std::string& path, std::span<const std::string_view> parts,
                const WriteHook& before = {});
void write_file(const std::string& path, std::string_view contents, const WriteHook& before = {});

// The file that write_file(path) would write: `path`, or what it links to. Throws DataError, as
// `[where] path ...`, where there can be none: no such folder, a folder itself, a device, pipe or
// socket, read-only, a link to nothing. For checking before long work.
std::string output_place(const std::string& path, std::string_view where = "write_file");

// All bytes of a file, as they are; "-" is standard input. source.hpp streams, and reads gzip.
// Throws DataError as `[where] path ...`: missing, a folder, unreadable.
std::string read_file(const std::string& path, std::string_view where = "read_file");

// The CRC-32 of zlib, gzip and PNG (polynomial 0xEDB88320). Chain parts by passing the sum so far:
// crc32(b, crc32(a)) = crc32(a b).
std::uint32_t crc32(std::string_view bytes, std::uint32_t so_far = 0);

}  // namespace glassgrad
