// What memory cannot be asked for: each of the arrays and pools, at its last value and one beyond.
// The other limits of the engine: limits_test.cpp.
#include "engine/expect.hpp"
#include "glassgrad/extend.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

TEST(Memory, ThatCannotBeAddressedIsRefusedByShape) {
  Tape tape;
  const N x = tape.input(3.0);
  const std::string less =
      "Use smaller arrays, or give memory back: clear tapes and drop programs that are done with.";
  const std::uint32_t size = tape.size();
  constexpr std::int64_t p60 = std::int64_t(1) << 60, p61 = std::int64_t(1) << 61;
  EXPECT_EQ(error_of([&] { tape.zeros(Shape{p61}); }),
            "[tape] there is no memory for a leaf of shape (2305843009213693952), "
            "2305843009213693952 numbers. " +
                less);
  EXPECT_EQ(error_of([&] { broadcast_to(x, Shape{p61 + 1}); }),
            "[broadcast_to] there is no memory for its result of shape (2305843009213693953), "
            "2305843009213693953 numbers. " +
                less);
  EXPECT_EQ(error_of([&] { broadcast_to(x, Shape{p60}); }),
            "[broadcast_to] there is no memory for its result of shape (1152921504606846976), "
            "1152921504606846976 numbers. " +
                less);
  EXPECT_EQ(error_of([&] {
              broadcast_to(x, Shape{std::int64_t(1) << 32, std::int64_t(1) << 32});
            }),
            "[shape] the sizes (4294967296, 4294967296) multiply to more than "
            "9223372036854775807. Use smaller sizes.");
  EXPECT_EQ(
      error_of([] { bytes_of<double>((std::int64_t(1) << 59) + 1); }),
      "[memory] 576460752303423489 numbers of 8 bytes are more than can be addressed. " + less);
  EXPECT_EQ(bytes_of<double>(std::int64_t(1) << 59), most_bytes);
  EXPECT_EQ(tape.size(), size);
  EXPECT_THROW(broadcast_to(x, Shape{p60}), TapeError);
  const N y = x * x;
  tape.backward(y);
  EXPECT_EQ(x.upstream()[0], 6);
}

TEST(Memory, ArenasAndPoolsRefuseWhatWouldWrap) {
  Arena arena;
  Pool pool;
  void* const before = arena.take(64);
  for (const std::size_t bytes : {most_bytes + 1, ~std::size_t(0), ~std::size_t(0) - 62}) {
    const std::string refused = "[memory] there are no " + std::to_string(bytes) + " bytes.";
    const auto starts = [&](const std::string& text) {
      return text.substr(0, refused.size()) == refused;
    };
    EXPECT_TRUE(starts(error_of([&] { arena.take(bytes); }))) << bytes;
    EXPECT_TRUE(starts(error_of([&] { arena.take_small(bytes); }))) << bytes;
    EXPECT_TRUE(starts(error_of([&] { pool.take(bytes); }))) << bytes;
    EXPECT_TRUE(starts(error_of([&] { allocate_aligned(bytes); }))) << bytes;
  }
  EXPECT_EQ(static_cast<std::byte*>(arena.take(64)) - static_cast<std::byte*>(before), 64);
}

}  // namespace
}  // namespace glassgrad
