// glassgrad replay: a failed training step, repeated from its file alone.
#include "glassgrad/array/text.hpp"
#include "glassgrad/show/json/json.hpp"
#include "run_files.hpp"
#include "terminal.hpp"
#include "training.hpp"

namespace glassgrad::cli {
namespace {

std::string indented(const std::string& lines) {
  std::string text = "  ";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += lines[i];
    if (lines[i] == '\n' && i + 1 < lines.size()) text += "  ";
  }
  return text;
}

template <class T>
int replay_as(const FailedStep& failed, const ReplayRequest& request) {
  const Settings settings = settings_from(failed.file.metadata.at("settings"));
  const ModelDescription description = description_in(failed.file, failed.source);
  Sequential<T> model = network_of<T>(settings, description.architecture);
  const auto optimizer = make_optimizer<T>(settings);
  const TrainingStep<T> step{model.parameters(), optimizer.get(),
                             [&](Tape<T>& tape, const Batch& batch) {
                               return network_cost(model, description.objective, tape, batch);
                             }};
  const StepReplay again = replay_step(failed, step);
  const auto fact = [&](const char* name) {
    const auto found = failed.facts.find(name);
    return found == failed.facts.end() ? std::string("?") : shown(found->second, 40);
  };
  say("{}: epoch {}, batch {} of {} examples, seed {}, {}\n", shown(failed.source), fact("epoch"),
      fact("batch"), fact("examples"), fact("seed"), settings.type);
  if (again.same)
    say("done again to the bit: {} nodes, their upstreams, {} parameters after the step\n",
        again.nodes, step.parameters.size());
  else
    say("NOT the same: {}\nit said then\n{}and says now\n", shown(again.difference),
        indented(shown_lines(failed.explanation)));
  const std::string text =
      again.found ? shown_lines(again.found->text()) : "everything is finite\n";
  say("{}", again.same ? text : indented(text));
  if (!request.html.empty()) write_html(again.shot, request.html.string());
  if (!request.json.empty()) write_json(again.shot, request.json.string());
  for (const auto& file : {request.html, request.json})
    if (!file.empty()) say("wrote {}\n", shown(file.string()));
  return again.same ? 0 : 1;
}

}  // namespace

int replay(const ReplayRequest& request) {
  RunFiles("replay")
      .reads("the step", request.file)
      .writes("--html", request.html)
      .writes("--json", request.json);
  const FailedStep failed = read_failed_step(request.file.string());
  if (!failed.file.metadata.contains("settings"))
    throw DataError("replay",
                    join(failed.source, " is of a program's own model, which is not in it"),
                    "Call replay_step in that program");
  return failed.single ? replay_as<float>(failed, request) : replay_as<double>(failed, request);
}

}  // namespace glassgrad::cli
