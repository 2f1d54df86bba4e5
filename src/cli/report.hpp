// Report: the page (and the JSON) of a training run: the last batch's graph with the update after
// it, curves, gradient norms, replays, problems; the decision field of two inputs; a classifier's
// confusion matrix and worst examples. Written once, when the run has ended.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "glassgrad/show/snapshot/recorder.hpp"
#include "training.hpp"

namespace glassgrad::cli {

// Throws Error unless each ends in .html or .json.
void check_report_names(const std::vector<std::filesystem::path>& files);

template <class T>
class Report {
 public:
  // `keep` has patterns (show/snapshot/pattern.hpp): of other nodes it holds statistics. `quality`
  // is what a curve is called: accuracy or R2.
  Report(std::vector<std::filesystem::path> files, std::vector<std::string> keep, std::string title,
         const Settings& settings, Training<T>& training, std::string quality);

  // Whether it records this batch.
  bool wants(std::int64_t epoch, std::int64_t batch) const;
  // Around the step of such a batch.
  void before_step(std::int64_t epoch, const Node<T>& cost);
  void after_step(const std::vector<Update>& updates);
  // Called when a batch's loss is not finite: the report shows that batch.
  void failed(const Node<T>& cost);
  void after_epoch(const EpochRow& row);

  void write();  // throws DataError

 private:
  bool may_be_last(std::int64_t epoch) const;
  Field field() const;
  void add_judgement(Snapshot& shot);
  std::vector<WorstExample> worst(const std::vector<typename Training<T>::Judged>& judged) const;
  void add_facts(Snapshot& shot) const;

  std::vector<std::filesystem::path> files_;
  std::vector<std::string> keep_;
  std::string title_, quality_;
  Settings settings_;
  Training<T>& training_;
  std::int64_t first_epoch_, limit_, shot_epoch_ = 0;
  bool has_field_ = false, failed_ = false;
  Recorder recorder_;
  Matrix grid_;
  std::optional<Snapshot> shot_;
  struct Before {  // a parameter's numbers, to identify an update's inputs
    std::string name;
    std::vector<double> value, gradient;
  };
  std::vector<Before> before_;
};

}  // namespace glassgrad::cli
