// Boxes within frames: a level per scope, the innermost first.
#include "show/picture/scene.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "show/picture/layout/layered.hpp"
#include "show/snapshot/blocks.hpp"

namespace glassgrad::svg {
namespace {

using layout::Pin;

constexpr layout::Spacing spacing{22, 16, 0, 26, true};
constexpr double side = 14, top = 32, bottom = 14;  // of a frame
constexpr double pitch = 38, line_height = 17, pad = 10;
constexpr std::size_t many_ports = 10;  // beyond, ports stand closer and carry no labels

// An item of a level: a node, a scope inside, or the port where a node's wire enters or leaves.
enum class What { node, scope, entry, exit };
struct Item {
  What what;
  std::uint32_t id;
  auto operator<=>(const Item&) const = default;
};
struct Link {
  Item from, to;
  std::uint32_t from_port, to_port;  // nodes; at a node the slot
  std::uint32_t source;
  bool back;
};
struct Level {
  std::vector<Link> links;
  std::map<std::tuple<Item, Item, std::uint32_t>, std::size_t> known;
  std::set<std::uint32_t> entries, exits;
  std::vector<Item> items;
  std::vector<layout::Box> boxes;
  layout::Layout layout;
  double w = 0, h = 0;
  std::map<std::uint32_t, double> in_ports, out_ports;
};
struct Ports {
  std::vector<std::uint32_t> ins, outs;
};

double& port(std::map<std::uint32_t, double>& ports, std::uint32_t of) { return ports[of]; }
int place_of(std::vector<std::uint32_t>& ports, std::uint32_t one) {
  const auto found = std::find(ports.begin(), ports.end(), one);
  if (found != ports.end()) return int(found - ports.begin());
  ports.push_back(one);
  return int(ports.size()) - 1;
}

class Arranger {
 public:
  Arranger(const Snapshot& shot, const detail::Marks& marks, Digits digits)
      : shot_(shot),
        marks_(marks),
        digits_(digits),
        blocks_(repeated_scopes(shot)),
        levels_(shot.scopes.size()),
        depths_(shot.scopes.size(), 0) {
    for (std::size_t s = 1; s < shot.scopes.size(); ++s)
      depths_[s] = depths_[shot.scopes[s].parent] + 1;
    for (std::uint32_t i = 0; i < shot.nodes.size(); ++i) measure(i);
    collect_links();
    collect_items();
    for (std::size_t s = levels_.size(); s-- > 0;)  // children after their parents, so from the end
      place(std::uint32_t(s));
    flatten();
  }
  Scene scene;

 private:
  Level& level(std::uint32_t scope) { return levels_[scope]; }
  bool shown(std::uint32_t node) const { return !stands_in_formula(shot_.nodes[node]); }

  // The size of a box follows from its text, and the height of its ports from its inputs.
  void measure(std::uint32_t i) {
    Size size{text_of(shot_, i, marks_.of(i), digits_), 0, 0, {}, 0};
    double widest =
        width(size.text.title, title_size) * 1.02 + 18 + width(size.text.aside, label_size);
    for (const Line& line : size.text.lines) widest = std::max(widest, width(line.text, line_size));
    std::vector<std::size_t> slots;
    for (std::size_t k = 0; k < shot_.nodes[i].inputs.size(); ++k)
      if (shown(shot_.nodes[i].inputs[k].node)) slots.push_back(k);
    const bool many = slots.size() > many_ports;
    size.w = widest + 2 * pad;
    size.h = std::max(pad + 20 + line_height * double(size.text.lines.size()),
                      (many ? 9 : pitch) * double(slots.size()));
    for (std::size_t p = 0; p < slots.size(); ++p) {
      size.ports[std::uint32_t(slots[p])] = size.h * (double(p) + 0.5) / double(slots.size());
      const SnapshotInput& input = shot_.nodes[i].inputs[slots[p]];
      const EdgeText text = text_of(shot_, shot_.nodes[i], input, digits_);
      const double label = std::max(width(text.local, label_size), width(text.sent, label_size));
      if (!many) size.lead = std::max(size.lead, label);
    }
    size.lead += size.lead > 0 ? 26 : 16;
    sizes_.push_back(std::move(size));
  }

  void add(std::uint32_t scope, const Link& link) {
    Level& on = level(scope);
    const auto [found, made] =
        on.known.try_emplace({link.from, link.to, link.to_port}, on.links.size());
    if (made)
      on.links.push_back(link);
    else
      on.links[found->second].back |= link.back;
  }

  void collect_links() {
    for (std::uint32_t v = 0; v < shot_.nodes.size(); ++v)
      for (std::uint32_t slot = 0; slot < shot_.nodes[v].inputs.size(); ++slot) {
        const SnapshotInput& input = shot_.nodes[v].inputs[slot];
        const std::uint32_t u = input.node;
        if (!shown(u)) continue;
        const bool back = input.contribution.has_value();
        Item from{What::node, u}, to{What::node, v};
        std::uint32_t scope_u = shot_.nodes[u].scope, scope_v = shot_.nodes[v].scope,
                      to_port = slot;
        while (scope_u != scope_v) {
          if (depths_[scope_u] >= depths_[scope_v]) {
            level(scope_u).exits.insert(u);
            add(scope_u, {from, {What::exit, u}, u, u, u, back});
            from = {What::scope, scope_u};
            scope_u = shot_.scopes[scope_u].parent;
          } else {
            level(scope_v).entries.insert(u);
            add(scope_v, {{What::entry, u}, to, u, to_port, u, back});
            to = {What::scope, scope_v};
            to_port = u;
            scope_v = shot_.scopes[scope_v].parent;
          }
        }
        add(scope_u, {from, to, u, to_port, u, back});
      }
  }

  // Nodes and scopes of a level in the order of their first node, ports before and after them.
  void collect_items() {
    std::vector<char> listed(levels_.size(), 0);
    listed[0] = 1;
    for (std::uint32_t i = 0; i < shot_.nodes.size(); ++i) {
      if (!shown(i)) continue;
      level(shot_.nodes[i].scope).items.push_back({What::node, i});
      for (std::uint32_t s = shot_.nodes[i].scope; !listed[s]; s = shot_.scopes[s].parent)
        listed[s] = 1, firsts_[s] = i;
    }
    for (const auto& [scope, first] : firsts_)
      level(shot_.scopes[scope].parent).items.push_back({What::scope, scope});
    for (Level& on : levels_) {
      const auto first = [this](const Item& item) {
        return item.what == What::scope ? std::pair(firsts_[item.id], 0u) : std::pair(item.id, 1u);
      };
      std::sort(on.items.begin(), on.items.end(),
                [&](const Item& a, const Item& b) { return first(a) < first(b); });
      std::vector<Item> all;
      for (const std::uint32_t u : on.entries) all.push_back({What::entry, u});
      all.insert(all.end(), on.items.begin(), on.items.end());
      for (const std::uint32_t u : on.exits) all.push_back({What::exit, u});
      on.items = std::move(all);
    }
  }

  layout::Box box_of(const Item& item, const Ports& ports) {
    if (item.what == What::entry) return {0, 0, {}, {0}, Pin::first, 0};
    if (item.what == What::exit) return {0, 0, {0}, {}, Pin::last, 0};
    layout::Box box;
    if (item.what == What::node) {
      Size& size = sizes_[item.id];
      box = {size.w, size.h, {}, {}, Pin::no, size.lead};
      for (const std::uint32_t slot : ports.ins) box.ins.push_back(size.ports[slot]);
      box.outs.assign(ports.outs.size(), size.h / 2);
    } else {
      Level& inner = level(item.id);
      box = {inner.w, inner.h, {}, {}, Pin::no, 0};
      for (const std::uint32_t u : ports.ins) box.ins.push_back(port(inner.in_ports, u));
      for (const std::uint32_t u : ports.outs) box.outs.push_back(port(inner.out_ports, u));
    }
    return box;
  }

  void place(std::uint32_t scope) {
    Level& on = level(scope);
    if (on.items.empty()) return;
    std::map<Item, std::size_t> index;
    for (std::size_t i = 0; i < on.items.size(); ++i) index[on.items[i]] = i;
    std::vector<Ports> ports(on.items.size());
    std::vector<layout::Link> wires;
    for (const Link& link : on.links) {
      const std::size_t from = index[link.from], to = index[link.to];
      wires.push_back({int(from), place_of(ports[from].outs, link.from_port), int(to),
                       place_of(ports[to].ins, link.to_port)});
    }
    for (std::size_t i = 0; i < on.items.size(); ++i)
      on.boxes.push_back(box_of(on.items[i], ports[i]));
    on.layout = layout::layered(on.boxes, wires, spacing);
    const bool framed = scope != 0;
    const double name = framed ? width(title(scope), title_size) + 24 : 0;
    on.w = std::max(on.layout.width + (framed ? 2 * side : 0), name);
    on.h = on.layout.height + (framed ? top + bottom : 0);
    for (std::size_t i = 0; i < on.items.size(); ++i) {
      const double y = on.layout.y[i] + (framed ? top : 0);
      if (on.items[i].what == What::entry) port(on.in_ports, on.items[i].id) = y;
      if (on.items[i].what == What::exit) port(on.out_ports, on.items[i].id) = y;
    }
  }

  std::string title(std::uint32_t scope) const {
    return fitted(detail::title_of(shot_.scopes[scope], blocks_[scope]), 60);
  }

  void flatten() {
    scene.width = level(0).w, scene.height = level(0).h;
    struct Visit {
      std::uint32_t scope;
      double x, y;
    };
    std::vector<Visit> visits{{0, 0, 0}};
    for (std::size_t next = 0; next < visits.size(); ++next) {
      const auto [scope, left, above] = visits[next];
      const Level& on = level(scope);
      if (scope)
        scene.frames.push_back({scope, depths_[scope], left, above, on.w, on.h, title(scope)});
      const double x0 = left + (scope ? side : 0), y0 = above + (scope ? top : 0);
      for (std::size_t i = 0; i < on.items.size(); ++i) {
        const Item& item = on.items[i];
        const double x = x0 + on.layout.x[i], y = y0 + on.layout.y[i];
        if (item.what == What::scope) visits.push_back({item.id, x, y});
        if (item.what == What::node)
          scene.boxes.push_back(
              {item.id, x, y, on.boxes[i].w, on.boxes[i].h, sizes_[item.id].text});
      }
      for (std::size_t i = 0; i < on.links.size(); ++i)
        add_wire(on.links[i], on.layout.routes[i], x0, y0, left, on.w);
    }
  }

  void add_wire(const Link& link, std::vector<double> points, double x0, double y0, double left,
                double w) {
    for (std::size_t p = 0; p < points.size(); ++p) points[p] += p % 2 ? y0 : x0;
    // wires from or to a port continue to the frame's border
    if (link.from.what == What::entry) points[0] = left;
    if (link.to.what == What::exit) points[points.size() - 2] = left + w;
    SceneWire wire{link.source,
                   std::move(points),
                   link.from.what == What::node,
                   link.to.what == What::node,
                   link.back,
                   0,
                   0,
                   false,
                   {}};
    if (wire.ends) {
      wire.node = link.to.id, wire.slot = link.to_port;
      const SnapshotNode& node = shot_.nodes[wire.node];
      wire.text = text_of(shot_, node, node.inputs[wire.slot], digits_);
      wire.labelled = sizes_[wire.node].ports.size() <= many_ports;
    }
    scene.wires.push_back(std::move(wire));
  }

  struct Size {
    NodeText text;
    double w, h;
    std::map<std::uint32_t, double> ports;  // by slot
    double lead;
  };
  const Snapshot& shot_;
  const detail::Marks& marks_;
  Digits digits_;
  std::vector<RepeatedScope> blocks_;
  std::vector<Level> levels_;
  std::vector<int> depths_;
  std::vector<Size> sizes_;
  std::map<std::uint32_t, std::uint32_t> firsts_;
};

}  // namespace

Scene arrange(const Snapshot& shot, const detail::Marks& marks, Digits digits) {
  return std::move(Arranger(shot, marks, digits).scene);
}

}  // namespace glassgrad::svg
