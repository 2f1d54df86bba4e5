// From a scene and a step to shapes: what each box says, which wires have carried what. Forward is a
// solid green wire, ▶, the value on the upper line at the left; backward is a dashed red wire beside
// it, ◀, the upstream on the lower line at the right. Wires are in wires.ts.
import type { Model } from "../model/model.js";
import type { GroupTree } from "../model/groups.js";
import type { Frame, Scene } from "./scene_types.js";
import type { DrawList } from "./drawlist.js";
import { fitted, text_width } from "./measure.js";
import { type Theme } from "./theme.js";
import { draw_wires } from "./wires.js";
import { draw_box } from "./boxes.js";

export interface Look {
  model: Model;
  tree: GroupTree;
  at: number;
  active: string | undefined; // key of the box of this step
  selected: string | undefined;
  path: ReadonlySet<number>; // nodes on a highlighted path
  theme: Theme;
  detail: "full" | "coarse";
}

export interface Region {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const everything: Region = {
  left: -Infinity,
  top: -Infinity,
  right: Infinity,
  bottom: Infinity,
};

export function draw_scene(scene: Scene, look: Look, region: Region): DrawList {
  const list: DrawList = [];
  const in_view = (b: { x: number; y: number; w: number; h: number }) =>
    b.x <= region.right &&
    b.x + b.w >= region.left &&
    b.y <= region.bottom &&
    b.y + b.h >= region.top;
  for (const frame of scene.frames) if (in_view(frame)) draw_frame(list, frame, look);
  draw_wires(list, scene, look, region);
  for (const box of scene.boxes) if (in_view(box)) draw_box(list, box, look);
  return list;
}

function draw_frame(list: DrawList, frame: Frame, { theme, detail }: Look) {
  const { group, x, y, w, h } = frame,
    size = detail === "full" ? 12 : 18;
  list.push({
    t: "rect",
    x,
    y,
    w,
    h,
    r: 10,
    fill: group.depth % 2 ? theme.frame : theme.page,
    stroke: theme.line,
    width: 1,
  });
  const name = fitted(group.name, size, w - 24, true);
  list.push({
    t: "text",
    x: x + 12,
    y: y + size + 7,
    text: name,
    size,
    fill: theme.ink,
    bold: true,
  });
  const used = text_width(name, size, true) + 24,
    kind = group.kind === group.name ? "" : fitted(group.kind, 11, w - used - 12);
  if (detail === "full" && kind.length > 1)
    list.push({
      t: "text",
      x: x + w - 12,
      y: y + size + 7,
      text: kind,
      size: 11,
      fill: theme.muted,
      anchor: "end",
    });
}
