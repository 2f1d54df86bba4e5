// What every snapshot must satisfy, folded or not: the chain rule, box by box.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "glassgrad/show/diagnose/identities.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad {

// The contributions to a node are its upstream; a factor times the upstream is the contribution.
inline void expect_adds_up(const Snapshot& shot) {
  std::vector<std::vector<double>> received(shot.nodes.size());
  for (const SnapshotNode& node : shot.nodes)
    for (const SnapshotInput& input : node.inputs) {
      if (!input.contribution) continue;
      const std::vector<double>& share = input.contribution->numbers;
      std::vector<double>& to = received[input.node];
      to.resize(share.size(), 0);
      for (std::size_t i = 0; i < share.size(); ++i) to[i] += share[i];
      if (!input.elementwise || input.local->numbers.size() != share.size()) continue;
      const std::vector<double>& upstream = node.upstream->numbers;
      for (std::size_t i = 0; i < share.size(); ++i)
        EXPECT_NEAR(share[i], input.local->numbers[i] * upstream[upstream.size() == 1 ? 0 : i],
                    1e-12 * std::max(1.0, std::abs(share[i])))
            << node.label;
    }
  for (const std::string& violation : check_identities(shot).violations) ADD_FAILURE() << violation;
  int compared = 0;
  for (std::size_t n = 0; n < shot.nodes.size(); ++n) {
    if (n == shot.cost || !shot.nodes[n].upstream) continue;
    if (shot.nodes[n].upstream->shape.count() == 0) continue;  // nothing arrives where nothing is
    ASSERT_FALSE(received[n].empty()) << shot.nodes[n].label;
    for (std::size_t i = 0; i < received[n].size(); ++i, ++compared)
      EXPECT_NEAR(received[n][i], shot.nodes[n].upstream->numbers[i],
                  1e-12 * std::max(1.0, std::abs(received[n][i])))
          << shot.nodes[n].label;
  }
  EXPECT_GT(compared, 0);
}

}  // namespace glassgrad
