// CSV in every dialect: the table has as many numbers as rows times columns, with labels or
// without.
#include <fuzzer/FuzzedDataProvider.h>

#include "bytes.hpp"
#include "glassgrad/data/csv.hpp"

using namespace glassgrad;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider from(data, size);
  CsvOptions options;
  options.header = CsvHeader(from.ConsumeIntegralInRange(0, 2));
  options.separator = from.PickValueInArray({',', ';', '\t', ' ', '|'});
  options.missing = Missing(from.ConsumeIntegralInRange(0, 5));
  LabelOptions label;
  label.kind = LabelKind(from.ConsumeIntegralInRange(0, 2));
  label.place = from.ConsumeIntegralInRange(-3, 3);
  label.classes = from.ConsumeIntegralInRange(0, 3);
  const std::string text = from.ConsumeRemainingBytesAsString();
  fuzz::reads([&] {
    const Table table = parse_csv(text, "the input", options);
    const Matrix& read = table.numbers;
    if (std::int64_t(read.numbers.size()) != read.rows * read.columns)
      fuzz::fail("a table whose numbers are not rows times columns");
  });
  fuzz::reads([&] { parse_labelled_csv(text, "the input", label, options); });
  const fuzz::MemoryFile file(text);
  fuzz::reads([&] { read_labelled_csv(file.path(), label, options); });
  return 0;
}
