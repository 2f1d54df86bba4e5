// For paper the picture is the whole graph as SVG, in light colours, on one page.
import { to_svg } from "../draw/svg.js";
import { draw_scene, everything } from "../draw/scene.js";
import { light } from "../draw/theme.js";
import { current_look } from "./graph.js";
import * as state from "./state.js";

export function prepare_print() {
  const place = document.getElementById("print")!;
  window.addEventListener("beforeprint", () => {
    if (!state.snapshot.value.nodes.length || state.scene.value.boxes.length > 3000) return;
    const { width, height } = state.scene.value;
    const text = to_svg(
      draw_scene(state.scene.value, { ...current_look(), theme: light }, everything),
      { x: -20, y: -20, w: width + 40, h: height + 40 },
      light.page,
      state.sentence.value,
    );
    const drawing = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    drawing.removeAttribute("width");
    drawing.removeAttribute("height");
    place.replaceChildren(document.adoptNode(drawing));
  });
  window.addEventListener("afterprint", () => place.replaceChildren());
}
