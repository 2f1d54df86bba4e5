// Whole IDX files, read by idx_reader.cpp: as they are, as images, as images with labels.
#include "glassgrad/data/idx.hpp"
#include "glassgrad/data/idx_array.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "../io/guarded.hpp"
#include "../io/quoted.hpp"
#include "glassgrad/array/error.hpp"
#include "idx_reader.hpp"
#include "labels.hpp"

namespace glassgrad {
namespace {

constexpr std::string_view reading_idx = "read_idx";
constexpr std::int64_t all_rows = std::numeric_limits<std::int64_t>::max();

Source opened(const std::string& path) {
  Source source(path, reading_idx);
  if (path.ends_with(".gz") && !source.is_gzip())
    source.fail("is not gzip, though its name ends in .gz", "Fetch the file again, or rename it");
  return source;
}

std::vector<std::int64_t> integers_of(const IdxArray& y, const Source& source) {
  std::vector<std::int64_t> integers;
  std::visit(
      [&](const auto& numbers) {
        for (std::size_t i = 0; i < numbers.size(); ++i) {
          const auto label = static_cast<double>(numbers[i]);
          if (std::trunc(label) != label || std::abs(label) >= 0x1p53)
            source.fail(fmt::format("has label {} at place {}", label, i), "Labels are integers");
          integers.push_back(static_cast<std::int64_t>(label));
        }
      },
      y.numbers);
  return integers;
}

bool are_numbered(const std::vector<std::string>& names) {
  for (std::size_t c = 0; c < names.size(); ++c)
    if (names[c] != std::to_string(c)) return false;
  return true;
}

// Fills labels and classes from integers that are among `names`, where those are given.
void take_labels(std::vector<std::int64_t> integers, const Source& source,
                 const std::vector<std::string>& names, Dataset& data) {
  if (names.empty()) {
    detail::IntegerClasses all = detail::classes_of(integers);
    data.labels = std::move(all.labels);
    for (const std::int64_t value : all.values) data.classes.push_back(std::to_string(value));
    return;
  }
  const detail::ClassNames known(names);
  for (std::size_t i = 0; i < integers.size(); ++i) {
    const auto found = known.find(integers[i]);
    if (!found)
      source.fail(fmt::format("has label {} at place {}", integers[i], i),
                  are_numbered(names)
                      ? fmt::format("Labels are integers from 0 to {}", names.size() - 1)
                      : "Labels are " + detail::in_quotes(names));
    data.labels.push_back(*found);
  }
  data.classes = names;
}

}  // namespace

bool is_idx(Source& source) {
  using namespace std::string_view_literals;
  return source.peek(2) == "\0\0"sv;
}

IdxArray read_idx(const std::string& path) {
  return detail::guarded(reading_idx, path, [&] {
    Source source = opened(path);
    return detail::IdxReader(source).all();
  });
}

Matrix read_idx_images(const std::string& path, double scale) {
  return detail::guarded(reading_idx, path, [&] {
    Source source = opened(path);
    detail::IdxReader reader(source);
    reader.check_images();
    Matrix x;
    reader.read(all_rows, scale, x);
    return x;
  });
}

std::vector<std::int64_t> idx_labels(Source& labels, const std::vector<std::int64_t>& images,
                                     std::string_view images_name,
                                     const std::vector<std::string>& classes) {
  return detail::guarded(reading_idx, labels.name(), [&] {
    detail::IdxReader y(labels);
    y.check_labels(images, images_name);
    Dataset data;
    take_labels(integers_of(y.all(), labels), labels, classes, data);
    return data.labels;
  });
}

Dataset read_labelled_idx(Source& images, Source& labels, double scale,
                          const std::vector<std::string>& classes) {
  return detail::guarded(reading_idx, images.name(), [&] {
    detail::IdxReader x(images), y(labels);  // contradictory headers are found before reading
    x.check_images();
    y.check_labels(x.shape(), images.name());
    Dataset data;
    take_labels(integers_of(y.all(), labels), labels, classes, data);
    x.read(all_rows, scale, data.x);
    return data;
  });
}

Dataset read_labelled_idx(const std::string& images, const std::string& labels, double scale,
                          std::int64_t classes) {
  return detail::guarded(reading_idx, images, [&] {
    Source x = opened(images), y = opened(labels);
    return read_labelled_idx(x, y, scale, detail::numbered(classes));
  });
}

}  // namespace glassgrad
