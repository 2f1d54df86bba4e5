// The command line: flags in, one exit code out. 0 when all went well, 2 with one line on stderr
// when something was wrong with the request (boundary.hpp); 1 when explain, replay or check finds
// that numbers disagree; 130, 143 or 129 when a signal ended a training early, 141 when the reader
// of what is printed has gone.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>

#include "arguments.hpp"
#include "boundary.hpp"
#include "check.hpp"
#include "explain.hpp"
#include "glassgrad/array/error.hpp"
#include "glassgrad/array/names.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/kernels/isa.hpp"
#include "model_file.hpp"
#include "settings.hpp"
#include "signals.hpp"
#include "terminal.hpp"

namespace glassgrad::cli {
namespace {

void add_train_flags(CLI::App& app, TrainRequest& request) {
  app.add_option("data", request.train.data,
                 "CSV file, a line per example; or IDX file of images, plain or gzip")
      ->required();
  app.add_option("--labels", request.train.labels, "IDX file of the images' labels")->group("Data");
  app.add_option("--test", request.test.data, "a file of its own to test on, CSV or IDX")
      ->group("Data");
  app.add_option("--test-labels", request.test.labels, "IDX file of its labels")->group("Data");
  each_setting(request.settings, [&]<class V>(Flag flag, V& value) {
    if constexpr (std::is_same_v<V, bool>)
      app.add_flag(flag_of(flag.name), value, flag.help)->group(flag.group);
    else if constexpr (std::is_arithmetic_v<V>)
      add_number(app, flag_of(flag.name), value, flag.range, flag.help)
          ->default_str(to_text(value))
          ->group(flag.group);
    else
      app.add_option(flag_of(flag.name), value, flag.help)
          ->capture_default_str()
          ->group(flag.group);
  });
  const auto files = "Files and views";
  app.add_option("--save", request.save, "write the model, at the end or when training diverges")
      ->group(files);
  add_number(app, "--save-every", request.save_every, {0, 1e9}, "and after every so many epochs")
      ->group(files);
  app.add_option("--resume", request.resume,
                 "go on where this model was saved, with its settings; saves there again")
      ->group(files);
  app.add_option("--metrics", request.metrics, "write a CSV line per epoch")->group(files);
  app.add_option("--trace", request.trace,
                 "write the first batch's forward, backward and update lines")
      ->group(files);
  app.add_option("--dot", request.dot, "write the first batch's graph for Graphviz")->group(files);
  app.add_option("--report", request.report,
                 "write all there is to see of the first seed's run as a page: .html; or as .json")
      ->allow_extra_args(false)
      ->group(files);
  app.add_option("--keep", request.keep,
                 "whose arrays the report holds, by path: 'layer1/*', '**.W'; of the others "
                 "statistics")
      ->allow_extra_args(false)
      ->group(files);
  app.add_option("--stop-nonfinite", request.stop_nonfinite,
                 "stop at the first step with a NaN or an infinity, written there whole for replay")
      ->group(files);
  add_number(app, "--seeds", request.seeds, {1, 1e9},
             "train so many times, from seed, seed + 1, ...")
      ->default_str("1")
      ->group(files);
  app.add_flag("--price", request.price,
               "say what a gradient costs backward and by differences, measured")
      ->group(files);
  app.footer(
      "Exit codes: 0 trained, 2 an error or a training that diverged; 130, 143, 129 after SIGINT,\n"
      "SIGTERM or SIGHUP: the batch is finished and what --save names is written, so that\n"
      "--resume goes on from there. A second signal ends at once.");
}

void add_replay_flags(CLI::App& app, ReplayRequest& request) {
  app.add_option("file", request.file, "what train --stop-nonfinite wrote")->required();
  app.add_option("--html", request.html, "write the step as a page, to be stepped through");
  app.add_option("--json", request.json, "and as data");
  app.footer(
      "Exit codes: 0 the step was done again to the bit, 1 something is another, 2 an error.");
}

void add_predict_flags(CLI::App& app, PredictRequest& request) {
  app.add_option("model", request.model, "what train --save wrote")->required();
  app.add_option("data", request.files.data,
                 "CSV file with the same columns, with or without the label; or IDX images")
      ->required();
  app.add_option("--labels", request.files.labels, "IDX file of the images' labels, to compare");
  app.add_option("--output", request.output, "write the answers here instead of to the terminal");
  app.add_flag("--probabilities", request.probabilities, "also the probability of every class");
}

void add_explain_flags(CLI::App& app, ExplainRequest& request) {
  app.add_option("expression", request.expression,
                 "in quotes: w*x + b, or statements: z = w*x + b; a = sigmoid(z)");
  app.add_option("values", request.values, "of every name: w=0.5, x=[1,2], W=[[1,2],[3,4]]");
  app.add_option("--target", request.target,
                 "y=NUMBER: adds L = (y - yhat)^2/2, yhat being the result");
  app.add_option("--constants", request.constants, "names whose gradient is not asked for: x1,x2")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_flag("--fold", request.fold, "a named statement is one box, as on the slides");
  app.add_flag("--list", request.list, "print every function with its arguments");
  const auto numbers = "Numbers", files = "Files";
  Outputs& to = request.outputs;
  add_number(app, "--digits", to.digits, {1, 17}, "significant ones, of the numbers shown")
      ->default_str(to_text(to.digits))
      ->group(numbers);
  add_number(app, "--decimals", to.decimals, {0, 17}, "instead: so many after the point")
      ->group(numbers);
  app.add_option("--keep", to.keep,
                 "whose arrays the files hold, by path: 'z', 'L/*'; of the others statistics")
      ->allow_extra_args(false)
      ->group(files);
  app.add_option("--html", to.html, "the page: step, fold and search")->group(files);
  app.add_option("--svg", to.svg, "a picture, for slides")->group(files);
  app.add_option("--dot", to.dot, "for Graphviz")->group(files);
  app.add_option("--json", to.json, "for `glassgrad view` and other programs")->group(files);
  app.add_option("--trace", to.trace, "the lines that are printed, without colour")->group(files);
}

void add_view_flags(CLI::App& app, ViewRequest& request) {
  app.add_option("file", request.file, "JSON, as explain --json and write_json write it")
      ->required();
  app.add_option("-o,--output", request.output,
                 ".html, .svg, .dot, .json or .txt; without it the trace is printed");
}

void add_check_flags(CLI::App& app, CheckRequest& request) {
  app.add_option("files", request.files, "JSON or HTML, as --json, --html and --report write them")
      ->required();
  app.footer(
      "Holds local x upstream = sent on every edge, and the sum of what arrived = upstream at "
      "every "
      "node, at every recorded epoch and for every scope read as one box.\n"
      "Exit codes: 0 all hold, 1 something does not, 2 an error.");
}

std::string text_of(const auto& value) { return to_text(value); }
std::string text_of(bool value) { return value ? "on" : "off"; }

// With --resume the settings are the model's; --epochs may be larger, any other must agree.
void take_settings_of_resumed(const CLI::App& app, TrainRequest& request) {
  if (request.resume.empty()) return;
  request.resumed = std::make_shared<const SavedModel>(read_model(request.resume));
  const Settings& saved = request.resumed->settings;
  std::map<std::string, std::string> before;
  each_setting(saved, [&](Flag flag, const auto& value) { before[flag.name] = text_of(value); });
  each_setting(request.settings, [&](Flag flag, const auto& value) {
    const bool longer =
        std::string_view(flag.name) == "epochs" && !saved.schedule.starts_with("cosine");
    if (longer || app.get_option(flag_of(flag.name))->count() == 0 ||
        text_of(value) == before[flag.name])
      return;
    throw Error("train",
                join(flag_of(flag.name), " is ", text_of(value), ", ", request.resume.string(),
                     " was trained with ", before[flag.name]),
                "Leave the flag out, or train anew");
  });
  const std::int64_t epochs = request.settings.epochs;
  const bool given = app.get_option("--epochs")->count() > 0;
  request.settings = saved;
  if (given) request.settings.epochs = epochs;
  if (request.save.empty()) request.save = request.resume;
}

int run(int argc, char** argv, std::string_view& command) {
  if (argc > 1 && std::string_view(argv[1]) == "--")
    --argc, ++argv;  // it ends an empty list of options
  CLI::App app("See-through automatic differentiation: train a small network, use it again.");
  app.name("glassgrad");
  app.set_version_flag("--version",
                       [] { return join(GLASSGRAD_VERSION, ", kernels for ", isa()); });
  app.require_subcommand(1);
  TrainRequest to_train;
  PredictRequest to_predict;
  ExplainRequest to_explain;
  ViewRequest to_view;
  ReplayRequest to_replay;
  CheckRequest to_check;
  constexpr int count = 6;
  constexpr std::string_view commands[count] = {"train", "predict", "explain",
                                                "view",  "replay",  "check"};
  constexpr const char* words[count] = {"learn from a file of examples",
                                        "answer with a trained model",
                                        "show an expression's gradients",
                                        "show a snapshot's JSON",
                                        "do a training step that went wrong once more",
                                        "hold a snapshot's numbers against each other"};
  CLI::App* apps[count];
  for (int i = 0; i < count; ++i) apps[i] = app.add_subcommand(std::string(commands[i]), words[i]);
  add_train_flags(*apps[0], to_train);
  add_predict_flags(*apps[1], to_predict);
  add_explain_flags(*apps[2], to_explain);
  add_view_flags(*apps[3], to_view);
  add_replay_flags(*apps[4], to_replay);
  add_check_flags(*apps[5], to_check);
  if (argc > 1 && argv[1][0] != '-') {
    const auto known = std::find(commands, commands + count, argv[1]);
    if (known == commands + count) throw unknown_name("glassgrad", "command", argv[1], commands);
    command = *known;
  }
  check_environment();
  refuse_empty_values(command, {argv, argv + argc});
  const auto parsed = [&]() -> CLI::App* {
    const auto found =
        std::find_if(apps, apps + count, [](CLI::App* one) { return one->parsed(); });
    return found == apps + count ? nullptr : *found;
  };
  // An expression may begin with a minus and is not a flag then.
  std::vector<std::string> given(argv, argv + argc);
  if (argc > 2 && given[1] == "explain" && given[2].size() > 1 && given[2][0] == '-' &&
      given[2][1] != '-' && given[2] != "-h")
    given[2] = " " + given[2];
  std::vector<const char*> arguments;
  for (const std::string& word : given) arguments.push_back(word.c_str());
  try {
    app.parse(argc, arguments.data());
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw refusal(error, app, parsed());
    std::ostringstream help;  // or the version
    const int code = app.exit(error, help, help);
    say_text(help.str());
    return code;
  }
  refuse_empty_values(*parsed());
  if (apps[0]->parsed()) {
    take_settings_of_resumed(*apps[0], to_train);
    return train(to_train);
  } else if (apps[1]->parsed()) {
    predict(to_predict);
  } else if (apps[2]->parsed()) {
    return explain(to_explain);
  } else if (apps[4]->parsed()) {
    return replay(to_replay);
  } else if (apps[5]->parsed()) {
    return check(to_check);
  } else {
    view(to_view);
  }
  return 0;
}

}  // namespace
}  // namespace glassgrad::cli

int main(int argc, char** argv) {
  using namespace glassgrad::cli;
  // LAPACK is called on one thread; OpenBLAS would start one for each processor and not use it.
  ::setenv("OPENBLAS_NUM_THREADS", "1", 1);
  hold_standard_streams();
  ignore_failed_writes();
  std::string_view command = "glassgrad";
  return guarded(command, [&] { return run(argc, argv, command); });
}
