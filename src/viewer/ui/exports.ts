// Taking things along: clipboard, SVG, PNG, numbered frames. Files are made in the page; nothing is sent.
import { draw_scene, everything } from "../draw/scene.js";
import { paint } from "../draw/canvas.js";
import { to_svg, type View } from "../draw/svg.js";
import { step_sentence } from "../model/words.js";
import { box_key, box_of } from "../model/fold.js";
import { step_at } from "../model/steps.js";
import { current_look, view, whole_picture } from "./graph.js";
import { zip } from "./zip.js";
import * as state from "./state.js";

export function save(name: string, content: Blob) {
  const link = document.createElement("a"),
    address = URL.createObjectURL(content);
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

export async function copy(text: string, what: string) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  state.notice.value = { text: `${what} is on the clipboard.` };
}

const margin = 30;
const whole = (): View => ({
  x: -margin,
  y: -margin,
  w: state.scene.value.width + 2 * margin,
  h: state.scene.value.height + 2 * margin,
});
const svg_file = (text: string) => new Blob([text], { type: "image/svg+xml" });

export const whole_svg = () =>
  to_svg(whole_picture(), whole(), state.theme.value.page, state.sentence.value);

export function view_svg(): string {
  const { left, top, right, bottom } = view!.region();
  const list = draw_scene(state.scene.value, current_look(), { left, top, right, bottom });
  return to_svg(
    list,
    { x: left, y: top, w: right - left, h: bottom - top },
    state.theme.value.page,
    state.sentence.value,
    view!.camera.scale,
  );
}

export const save_view_svg = () => save("view.svg", svg_file(view_svg()));
export const save_whole_svg = () => save("graph.svg", svg_file(whole_svg()));

export function save_png() {
  const { width, height } = view!.size(),
    canvas = document.createElement("canvas"),
    g = canvas.getContext("2d")!,
    { x, y, scale } = view!.camera;
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  g.fillStyle = state.theme.value.page;
  g.fillRect(0, 0, canvas.width, canvas.height);
  g.setTransform(2 * scale, 0, 0, 2 * scale, -2 * x * scale, -2 * y * scale);
  paint(g, draw_scene(state.scene.value, current_look(), view!.region()));
  canvas.toBlob((blob) => blob && save("view.png", blob));
}

const most_frames = 500;

/** One SVG per visible step, numbered, in one archive. */
export function frames(): { name: string; text: string }[] {
  const model = state.model.value,
    list: { name: string; text: string }[] = [],
    key = (at: number) => {
      const { pass, node } = step_at(model, at);
      return node < 0 ? pass : pass + box_key(box_of(state.tree.value, node, state.open.value));
    };
  for (let at = 0; at <= model.last_step && list.length < most_frames; ++at) {
    if (at < model.last_step && at > 0 && key(at) === key(at + 1)) continue;
    const { node } = step_at(model, at);
    const look = {
      ...current_look(),
      at,
      active: node < 0 ? undefined : box_key(box_of(state.tree.value, node, state.open.value)),
      selected: undefined,
    };
    const text = to_svg(
      draw_scene(state.scene.value, look, everything),
      whole(),
      state.theme.value.page,
      step_sentence(model, at),
    );
    list.push({ name: `step-${String(list.length).padStart(4, "0")}.svg`, text });
  }
  return list;
}

export const save_frames = () => save("steps.zip", zip(frames()));
