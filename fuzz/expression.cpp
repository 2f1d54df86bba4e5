// `glassgrad explain`'s language, over every op: parse, record, walk back, check, and show. An
// array that is too large is an Error here, for memory is short (limited_new.cpp).
#include "bytes.hpp"
#include "glassgrad/check/nodes.hpp"
#include "glassgrad/explain/evaluate.hpp"
#include "glassgrad/show/diagnose/problems.hpp"
#include "glassgrad/show/json/json.hpp"
#include "glassgrad/show/text/trace.hpp"

using namespace glassgrad;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const explain::Source source{std::string(fuzz::text_of(data, size)), ""};
  fuzz::reads([&] {
    const std::vector<explain::Given> given{{"x", {}, {0.75}},
                                            {"y", {3}, {0.5, -1.5, 2}},
                                            {"W", {2, 3}, {0.25, -1, 3, 0.5, 2, -0.125}},
                                            {"i", {2}, {0, 1}, true}};
    const explain::Explained explained = explain::evaluate(source, given, nullptr);
    std::int64_t numbers = 0;
    for (std::uint32_t n = 0; n < explained.tape->size(); ++n)
      numbers += explained.tape->records()[n].shape->count();
    if (numbers > 1 << 16) return;  // what follows looks at every number several times
    Snapshot shot = snapshot(explained.cost, SnapshotOptions{.boxes = true});
    add_problems(shot);
    const std::string json = to_json(shot);
    if (to_json(parse_snapshot(json)) != json) fuzz::fail("its JSON does not read as itself");
    Trace(shot, {}).text(true);
  });
  return 0;
}
