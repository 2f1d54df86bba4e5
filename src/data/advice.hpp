// What to do about a table that cannot be read, in the caller's terms: option names for a program,
// flags for the command line.
#pragma once

#include <string>
#include <string_view>

#include "glassgrad/data/csv.hpp"

namespace glassgrad::detail {

// The remedy for `asker`, of three.
inline std::string_view told(Asker asker, std::string_view library, std::string_view train,
                             std::string_view predict) {
  return asker == Asker::library ? library : asker == Asker::train ? train : predict;
}

// For a field that is no number; in the first line it may be a column's name.
inline std::string_view number_advice(const CsvOptions& options, bool first_line) {
  if (first_line && options.header == CsvHeader::absent)
    return told(options.asker, "Write a number, or read the line as a header (CsvHeader::present)",
                "Write a number, or set --header to present",
                "Write a number, or answer with a model that was trained with --header present");
  if (options.asker == Asker::train && options.missing != Missing::refuse)
    return "Write a number, or ? for a missing one";
  return told(options.asker, "Write a number, or count it as missing (missing_marks)",
              "Write a number, or ? for a missing one and set --missing to mean, median or drop",
              "Write a number, or ? for a model that was trained with --missing mean or median");
}
inline std::string_view missing_advice(Asker asker) {
  return told(
      asker, "Write a number, or choose what becomes of it (CsvOptions::missing; --missing)",
      "Write a number, or set --missing to mean, median or drop",
      "Write a number, or answer with a model that was trained with --missing mean or median");
}
inline std::string_view header_advice(Asker asker) {
  return told(asker,
              "Correct it, or say whether the line is a header (CsvOptions::header; --header)",
              "Correct it, or set --header to present or absent",
              "Correct it, or answer with a model that was trained with --header present or "
              "absent");
}
// For labels that are numbers; `text` is one that is no integer.
inline std::string integer_advice(Asker asker, std::string_view text) {
  if (asker == Asker::train)
    return "Write integers for all classes, or names for all, as c" + std::string(text) +
           "; to learn numbers set --loss to mean_squared_error";
  return std::string(
      told(asker,
           "Number the classes from 0, or read names (LabelKind::names) or numbers to predict "
           "(LabelKind::targets)",
           "", "Write one of the classes the model learnt"));
}
// For labels that mix numbers and names.
inline std::string name_advice(Asker asker, std::string_view number, bool first_line = false) {
  if (asker == Asker::train)
    return "Write names for all classes, as c" + std::string(number) + ", or numbers for all" +
           (first_line ? "; if the first line is a header, set --header to present" : "");
  return std::string(told(asker, "Write a name, or read all labels as names (LabelKind::names)", "",
                          "Write a name"));
}
inline std::string one_way_advice(Asker asker, std::string_view text) {
  const std::string one = "Write it in one way; if they are two classes, ";
  return one + (asker == Asker::library ? "read names (LabelKind::names)"
                                        : "write names for all, as c" + std::string(text));
}

// What is called by `name`, a separator: "a tab".
std::string separator_advice(Asker asker, char separator);

}  // namespace glassgrad::detail
