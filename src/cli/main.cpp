// The command line: flags in, one exit code out. 0 when all went well, 2 with one line on stderr
// when something was wrong with what was asked for.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>

#include "glassgrad/core/error.hpp"
#include "glassgrad/core/text.hpp"
#include "glassgrad/nn/names.hpp"
#include "model_file.hpp"
#include "settings.hpp"

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
    else
      app.add_option(flag_of(flag.name), value, flag.help)
          ->capture_default_str()
          ->group(flag.group);
  });
  const auto files = "Files and views";
  app.add_option("--save", request.save, "write the model, at the end or when training diverges")
      ->group(files);
  app.add_option("--save-every", request.save_every, "and after every so many epochs")
      ->group(files);
  app.add_option("--resume", request.resume,
                 "go on where this model was saved, with its settings; saves there again")
      ->group(files);
  app.add_option("--metrics", request.metrics, "write a CSV line per epoch")->group(files);
  app.add_option("--trace", request.trace,
                 "write the first batch's forward, backward and update lines")
      ->group(files);
  app.add_option("--dot", request.dot, "write the first batch's graph for Graphviz")->group(files);
  app.add_option("--seeds", request.seeds, "train so many times, from seed, seed + 1, ...")
      ->capture_default_str()
      ->group(files);
  app.add_flag("--price", request.price,
               "say what a gradient costs backward and by differences, measured")
      ->group(files);
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

std::string text_of(const auto& value) { return to_text(value); }
std::string text_of(bool value) { return value ? "on" : "off"; }

// With --resume the settings are the model's; --epochs may go further, anything else given must
// agree.
void take_settings_of_resumed(const CLI::App& app, TrainRequest& request) {
  if (request.resume.empty()) return;
  const Settings saved = read_model(request.resume).settings;
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

// [glassgrad] train has no flag "--epocs". Did you mean "--epochs"? See glassgrad train --help.
void refuse_unknown_flags(const CLI::App& command) {
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  const std::vector<std::string_view> views(known.begin(), known.end());
  for (const std::string& word : command.remaining()) {
    const std::string flag = word.substr(0, word.find('='));
    if (flag.starts_with("--"))
      throw Error("glassgrad",
                  join(command.get_name(), " has no flag \"", flag.substr(0, 40), "\""),
                  join("Did you mean \"", nearest_name(flag.substr(0, 40), views),
                       "\"? See glassgrad ", command.get_name(), " --help"));
  }
}

int run(int argc, char** argv) {
  CLI::App app("See-through automatic differentiation: train a small network, use it again.");
  app.name("glassgrad");
  app.set_version_flag("--version", GLASSGRAD_VERSION);
  app.require_subcommand(1);
  TrainRequest to_train;
  PredictRequest to_predict;
  CLI::App& train_app = *app.add_subcommand("train", "learn from a file of examples");
  CLI::App& predict_app = *app.add_subcommand("predict", "answer with a trained model");
  add_train_flags(train_app, to_train);
  add_predict_flags(predict_app, to_predict);
  constexpr std::string_view commands[] = {"train", "predict"};
  if (argc > 1 && argv[1][0] != '-' && std::find(commands, commands + 2, argv[1]) == commands + 2)
    throw unknown_name("glassgrad", "command", argv[1], commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    refuse_unknown_flags(predict_app.parsed() ? predict_app : train_app);
    const std::string command = train_app.parsed()     ? " train"
                                : predict_app.parsed() ? " predict"
                                                       : "";
    throw Error("glassgrad", error.what(), join("See glassgrad", command, " --help"));
  }
  if (train_app.parsed()) {
    take_settings_of_resumed(train_app, to_train);
    train(to_train);
  } else {
    predict(to_predict);
  }
  return 0;
}

}  // namespace
}  // namespace glassgrad::cli

int main(int argc, char** argv) {
  try {
    return glassgrad::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::fflush(stdout);
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
