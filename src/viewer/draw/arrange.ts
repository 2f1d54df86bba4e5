// From the model and what is open to a scene: every visible box with its corner, every wire with its
// points. Open groups are laid out from the inside out with layout.ts; wires cross a group's border at
// ports. No colours and no text here: see scene.ts.
import { layered, type Box as LayoutBox, type Link, type Layout } from "../layout.js";
import { closed_around, type Open } from "../model/fold.js";
import type { Group, GroupTree } from "../model/groups.js";
import type { Model, Use } from "../model/model.js";
import { box_size, node_ports, spacing, frame, many_ports } from "./sizes.js";
import type { Scene, SceneBox } from "./scene_types.js";

interface Pending {
  from: number;
  from_port: number;
  to: number;
  to_port: number;
  source: number;
  uses: Use[];
}

interface Inner {
  group: Group;
  links: Map<string, Pending>;
  entries: Set<number>;
  exits: Set<number>;
}

interface Placed {
  inner: Inner;
  items: number[];
  boxes: LayoutBox[];
  links: Pending[];
  layout: Layout;
  w: number;
  h: number;
  in_ports: Map<number, number>;
  out_ports: Map<number, number>;
}

export function arrange(model: Model, tree: GroupTree, open: Open): Scene {
  const groups = [...tree.by_key.values()],
    ordinal = new Map(groups.map((group, index) => [group, index]));
  const N = model.nodes.length,
    G = groups.length;
  const id = {
    group: (g: Group) => N + ordinal.get(g)!,
    entry: (u: number) => N + G + u,
    exit: (u: number) => 2 * N + G + u,
  };
  const inners = new Map<Group, Inner>();
  const inner_of = (group: Group) => {
    if (!inners.has(group))
      inners.set(group, { group, links: new Map(), entries: new Set(), exits: new Set() });
    return inners.get(group)!;
  };
  collect_links();
  const placed = new Map<Group, Placed>();
  place(tree.root);
  return flatten();

  function collect_links() {
    const closed = new Map(groups.map((group) => [group, closed_around(group, open)]));
    const add = (
      group: Group,
      from: number,
      from_port: number,
      to: number,
      to_port: number,
      source: number,
      use: Use,
    ) => {
      const { links } = inner_of(group),
        key = `${from}:${to}:${to_port}`;
      const link = links.get(key);
      if (link) link.uses.push(use);
      else links.set(key, { from, from_port, to, to_port, source, uses: [use] });
    };
    for (let v = 0; v < N; ++v) {
      const inputs = model.inputs(v),
        closed_v = closed.get(tree.of_node[v]!);
      for (let slot = 0; slot < inputs.length; ++slot) {
        const u = inputs[slot]!.node,
          closed_u = closed.get(tree.of_node[u]!),
          use = { node: v, slot };
        if (closed_u && closed_u === closed_v) continue;
        let group_u = closed_u ? closed_u.parent! : tree.of_node[u]!,
          group_v = closed_v ? closed_v.parent! : tree.of_node[v]!;
        let item_u = closed_u ? id.group(closed_u) : u,
          item_v = closed_v ? id.group(closed_v) : v,
          port_v = closed_v ? u : slot;
        while (group_u !== group_v) {
          if (group_u.depth >= group_v.depth) {
            inner_of(group_u).exits.add(u);
            add(group_u, item_u, u, id.exit(u), u, u, use);
            item_u = id.group(group_u);
            group_u = group_u.parent!;
          } else {
            inner_of(group_v).entries.add(u);
            add(group_v, id.entry(u), u, item_v, port_v, u, use);
            item_v = id.group(group_v);
            port_v = u;
            group_v = group_v.parent!;
          }
        }
        add(group_u, item_u, u, item_v, port_v, u, use);
      }
    }
  }

  /** Lays out a group after the open groups inside it. */
  function place(group: Group): Placed {
    for (const child of group.groups) if (open.has(child.key)) place(child);
    const inner = inner_of(group),
      links = [...inner.links.values()];
    const children = [
      ...group.nodes.map((n) => ({ item: n, first: n })),
      ...group.groups.map((g) => ({ item: id.group(g), first: g.first })),
    ];
    children.sort((a, b) => a.first - b.first);
    const sorted = (set: Set<number>) => [...set].sort((a, b) => a - b);
    const items = [
      ...sorted(inner.entries).map(id.entry),
      ...children.map((c) => c.item),
      ...sorted(inner.exits).map(id.exit),
    ];
    const index_of = new Map(items.map((item, index) => [item, index]));
    const ports = items.map(() => ({
      ins: new Map<number, number>(),
      outs: new Map<number, number>(),
    }));
    for (const link of links) {
      const target = ports[index_of.get(link.to)!]!.ins,
        source = ports[index_of.get(link.from)!]!.outs;
      if (!target.has(link.to_port)) target.set(link.to_port, target.size);
      if (!source.has(link.from_port)) source.set(link.from_port, source.size);
    }
    const boxes = items.map((item, index) => layout_box(item, ports[index]!));
    const wires: Link[] = links.map((link) => {
      const from = index_of.get(link.from)!,
        to = index_of.get(link.to)!;
      return {
        from,
        out: ports[from]!.outs.get(link.from_port)!,
        to,
        in: ports[to]!.ins.get(link.to_port)!,
      };
    });
    const layout = layered(boxes, wires, spacing);
    const pad = group.parent ? frame : { side: 0, top: 0, bottom: 0 };
    const result: Placed = {
      inner,
      items,
      boxes,
      links,
      layout,
      w: layout.width + 2 * pad.side,
      h: layout.height + pad.top + pad.bottom,
      in_ports: new Map(),
      out_ports: new Map(),
    };
    items.forEach((item, index) => {
      if (item >= N + G + N) result.out_ports.set(item - 2 * N - G, layout.y[index]! + pad.top);
      else if (item >= N + G) result.in_ports.set(item - N - G, layout.y[index]! + pad.top);
    });
    placed.set(group, result);
    return result;
  }

  function layout_box(
    item: number,
    ports: { ins: Map<number, number>; outs: Map<number, number> },
  ): LayoutBox {
    if (item >= N + G + N) return { w: 0, h: 0, ins: [0], outs: [], pin: "last" };
    if (item >= N + G) return { w: 0, h: 0, ins: [], outs: [0], pin: "first" };
    if (item < N) {
      const { w, h } = box_size(model, item, undefined, model.inputs(item).length);
      const heights = node_ports(h, model.inputs(item).length);
      return {
        w,
        h,
        ins: [...ports.ins.keys()].map((slot) => heights[slot]!),
        outs: [...ports.outs.keys()].map(() => h / 2),
      };
    }
    const group = groups[item - N]!,
      opened = placed.get(group);
    if (opened) {
      const at = (map: Map<number, number>, u: number) => map.get(u) ?? opened.h / 2;
      return {
        w: opened.w,
        h: opened.h,
        plain: true,
        ins: [...ports.ins.keys()].map((u) => at(opened.in_ports, u)),
        outs: [...ports.outs.keys()].map((u) => at(opened.out_ports, u)),
      };
    }
    // Ports of a closed group stand in the order of their sources, inputs read top to bottom.
    const rank = (map: Map<number, number>) => [...map.keys()].sort((a, b) => a - b);
    const ins = rank(ports.ins),
      outs = rank(ports.outs),
      { w, h } = box_size(model, -1, group, ins.length);
    const spread = (list: number[], u: number) => node_ports(h, list.length)[list.indexOf(u)]!;
    return {
      w,
      h,
      ins: [...ports.ins.keys()].map((u) => spread(ins, u)),
      outs: [...ports.outs.keys()].map((u) => spread(outs, u)),
    };
  }

  function flatten(): Scene {
    const root = placed.get(tree.root)!;
    const scene: Scene = {
      boxes: [],
      frames: [],
      wires: [],
      width: root.w,
      height: root.h,
      by_key: new Map(),
    };
    const visit: [Group, number, number][] = [[tree.root, 0, 0]];
    for (const [group, left, top] of visit) {
      const { items, boxes, links, layout, w, h } = placed.get(group)!;
      if (group.parent) scene.frames.push({ group, x: left, y: top, w, h });
      const x0 = left + (group.parent ? frame.side : 0),
        y0 = top + (group.parent ? frame.top : 0);
      const visible = new Map<number, SceneBox>(),
        inputs = new Map(items.map((item, index) => [item, boxes[index]!.ins.length]));
      items.forEach((item, index) => {
        if (item >= N + G) return;
        const child = item < N ? undefined : groups[item - N]!,
          x = x0 + layout.x[index]!,
          y = y0 + layout.y[index]!;
        if (child && open.has(child.key)) {
          visit.push([child, x, y]);
          return;
        }
        const box: SceneBox = {
          key: child ? child.key : `n${item}`,
          node: child ? -1 : item,
          group: child,
          x,
          y,
          w: boxes[index]!.w,
          h: boxes[index]!.h,
        };
        scene.boxes.push(box);
        scene.by_key.set(box.key, box);
        visible.set(item, box);
      });
      links.forEach((link, index) => {
        const points = layout.routes[index]!.map((value, i) => value + (i % 2 ? y0 : x0));
        stretch_to_borders(link, points, left, w);
        const ends_at = visible.get(link.to);
        const labelled = ends_at !== undefined && inputs.get(link.to)! <= many_ports;
        scene.wires.push({
          source: link.source,
          uses: link.uses,
          points,
          ends_at,
          starts_at: visible.get(link.from),
          labelled,
          bounds: bounds_of(points),
        });
      });
    }
    return scene;
  }

  /** A wire that comes from or goes to a port runs on to the frame's border. */
  function stretch_to_borders(link: Pending, points: number[], left: number, w: number) {
    if (link.from >= N + G) points[0] = left;
    if (link.to >= N + G + N) points[points.length - 2] = left + w;
  }
}

function bounds_of(points: number[]) {
  let top = Infinity,
    bottom = -Infinity;
  for (let i = 1; i < points.length; i += 2) {
    top = Math.min(top, points[i]!);
    bottom = Math.max(bottom, points[i]!);
  }
  return { top: top - 20, bottom: bottom + 20 };
}
