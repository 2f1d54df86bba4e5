// A saved JSON in any of the other forms, chosen by the name of the output.
#include <array>

#include "explain.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/io/file.hpp"
#include "glassgrad/io/source.hpp"
#include "glassgrad/show/json/json.hpp"
#include "glassgrad/show/picture/dot.hpp"
#include "glassgrad/show/picture/svg.hpp"
#include "glassgrad/show/text/trace.hpp"
#include "run_files.hpp"
#include "terminal.hpp"

namespace glassgrad::cli {

void view(const ViewRequest& request) {
  RunFiles("view").reads("the snapshot", request.file).writes("--output", request.output);
  const std::string json = read_text(request.file.string(), "view");
  const Snapshot shot = parse_snapshot(json, request.file.string());
  const std::string to = request.output.string(), form = request.output.extension().string();
  if (to.empty())
    say_text(Trace(shot).text(on_coloured_terminal()));
  else if (form == ".html")
    write_file(to, page_of(json));  // the file verbatim, with keys that a Snapshot does not hold
  else if (form == ".svg")
    write_svg(shot, to);
  else if (form == ".dot")
    write_dot(shot, to);
  else if (form == ".json")
    write_json(shot, to);
  else if (form == ".txt")
    write_file(to, Trace(shot).text());
  else
    throw Error("view", join("the form of ", to, " is not known"),
                "End its name in .html, .svg, .dot, .json or .txt");
}

}  // namespace glassgrad::cli
