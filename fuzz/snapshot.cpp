// A snapshot's JSON: what reads can be written in every form, and its JSON says the same again.
#include "bytes.hpp"
#include "glassgrad/show/json/json.hpp"
#include "glassgrad/show/picture/dot.hpp"
#include "glassgrad/show/picture/svg.hpp"
#include "glassgrad/show/text/trace.hpp"

using namespace glassgrad;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::reads([&] {
    const Snapshot shot = parse_snapshot(fuzz::text_of(data, size));
    const std::string json = to_json(shot);
    if (to_json(parse_snapshot(json)) != json) fuzz::fail("its JSON does not read as itself");
    fuzz::reads([&] { Trace(shot, {}).text(true); });
    fuzz::reads([&] { to_dot(shot); });
    fuzz::reads([&] { to_svg(shot); });
    fuzz::reads([&] { to_html(shot); });
  });
  return 0;
}
