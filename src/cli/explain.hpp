// `glassgrad explain` and `glassgrad view`: what is asked for, and the two commands.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace glassgrad::cli {

// Where a snapshot goes; what is empty is not written.
struct Outputs {
  std::filesystem::path html, svg, dot, json, trace;
  std::vector<std::string> keep;  // patterns: whose arrays they hold; none: all
  int digits = 4, decimals = -1;
};

struct ExplainRequest {
  std::string expression;
  std::vector<std::string> values, constants;
  std::string target;
  Outputs outputs;
  bool fold = false, list = false;
};
struct ViewRequest {
  std::filesystem::path file, output;
};

// The exit code: 1 when a node's local gradient does not agree with differences.
int explain(const ExplainRequest& request);
void view(const ViewRequest& request);

}  // namespace glassgrad::cli
