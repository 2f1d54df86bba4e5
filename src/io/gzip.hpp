// Gzip, when the build has zlib (GLASSGRAD_HAVE_ZLIB).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace glassgrad::detail {

inline bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

// The first `limit` bytes (or all, if fewer) of what the gzip file `bytes` holds. Throws DataError
// as `[where] source ...` when it is damaged or ends early, or the build has no zlib.
std::string gunzip(std::string_view bytes, std::size_t limit, std::string_view where,
                   std::string_view source);

}  // namespace glassgrad::detail
