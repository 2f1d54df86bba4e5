// Checks a snapshot in a JSON or a page, at every step of training and for every scope as one box.
#include "check.hpp"

#include "glassgrad/io/source.hpp"
#include "glassgrad/show/diagnose/identities.hpp"
#include "glassgrad/show/json/json.hpp"
#include "read_data.hpp"
#include "run_files.hpp"
#include "terminal.hpp"

namespace glassgrad::cli {

int check(const CheckRequest& request) {
  check_standard_input(request.files);
  RunFiles files("check");
  for (const std::filesystem::path& file : request.files) files.reads("the snapshot", file);
  bool hold = true;
  for (const std::filesystem::path& file : request.files) {
    const std::string source = file.string();
    const Snapshot shot = parse_snapshot(json_of_page(read_text(source, "check"), source), source);
    const Identities found = check_identities(shot);
    if (request.files.size() > 1) say("{}: ", shown(source));
    say_text(to_text(found));
    for (const std::string& violation : found.violations) say("{}\n", shown(violation));
    hold = hold && found.hold();
  }
  return hold ? 0 : 1;
}

}  // namespace glassgrad::cli
