// Common to the writer and the reader of a failed step's file. All of the file: parameters and the
// optimizer's state as io/model_parts.hpp has them, "batch/<name>", int64 "replay/values",
// "replay/upstreams" and "replay/parameters" with CRC-32s; metadata: format, type, rate,
// explanation, snapshot (JSON), facts (JSON).
#pragma once

#include <string>
#include <string_view>

#include "glassgrad/array/error.hpp"

namespace glassgrad::detail {

inline constexpr auto failed_step_format = "glassgrad failed step 1";
inline constexpr std::string_view batch_prefix = "batch/";

[[noreturn]] inline void refuse_replay(const std::string& problem, const std::string& remedy) {
  throw DataError("replay", problem, remedy);
}

}  // namespace glassgrad::detail
