// The graph as a part of the page: canvas, minimap, tooltip, and the pointer's gestures.
import { useEffect, useRef, useState } from "preact/hooks";
import { effect } from "@preact/signals";
import { box_title } from "../draw/boxes.js";
import { draw_scene, everything, type Look } from "../draw/scene.js";
import { GraphView } from "./graph_view.js";
import * as state from "./state.js";

export let view: GraphView | undefined;

export function current_look(): Look {
  return {
    model: state.model.value,
    tree: state.tree.value,
    at: state.at.value,
    active: state.active_key.value,
    selected: state.selected.value,
    path: state.path.value,
    theme: state.theme.value,
    detail: "full",
  };
}
export const whole_picture = () => draw_scene(state.scene.value, current_look(), everything);

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function Graph() {
  const canvas = useRef<HTMLCanvasElement>(null),
    map = useRef<HTMLCanvasElement>(null);
  const [tip, set_tip] = useState<{ x: number; y: number; text: string } | undefined>();

  useEffect(() => {
    const graph = (view = new GraphView(canvas.current!));
    graph.on_camera = () => map.current && graph.paint_minimap(map.current);
    const watcher = new ResizeObserver(() => graph.resize());
    watcher.observe(canvas.current!);
    graph.resize();
    let fitted_for: unknown;
    const stop_draw = effect(() => {
      graph.update(state.scene.value, current_look());
      if (fitted_for !== state.base_model.value) graph.fit(true);
      fitted_for = state.base_model.value;
    });
    const stop_follow = effect(() => {
      const key = state.selected.value ?? state.active_key.value;
      state.scene.value;
      if (key) graph.bring(key, !still());
    });
    const stop_gestures = gestures(graph, canvas.current!, set_tip);
    return () => {
      stop_draw();
      stop_follow();
      stop_gestures();
      watcher.disconnect();
    };
  }, []);

  const jump = (event: PointerEvent) => {
    const target = event.currentTarget as HTMLCanvasElement,
      place = view?.paint_minimap(target),
      area = target.getBoundingClientRect();
    if (!place || event.buttons === 0) return;
    const factor = target.width / area.width;
    view!.centre(
      ((event.clientX - area.left) * factor - place.dx) / place.sx,
      ((event.clientY - area.top) * factor - place.dy) / place.sy,
    );
  };

  return (
    <div class="graph">
      <canvas
        ref={canvas}
        class="picture"
        role="img"
        tabIndex={0}
        aria-label={`Graph of ${state.snapshot.value.nodes.length} nodes. The outline lists the same boxes as text. ${state.sentence.value}`}
      />
      <canvas
        ref={map}
        class="minimap"
        width={360}
        height={200}
        role="img"
        aria-label="Map of the whole graph"
        onPointerDown={jump}
        onPointerMove={jump}
      />
      <div class="zoom" role="group" aria-label="View">
        <button title="Fit (f)" onClick={() => view?.fit()}>
          Fit
        </button>
        <button aria-label="Zoom in" title="Closer (+)" onClick={() => view?.zoom(1.25)}>
          +
        </button>
        <button aria-label="Zoom out" title="Farther (−)" onClick={() => view?.zoom(0.8)}>
          −
        </button>
      </div>
      <Legend />
      {tip && (
        <div class="tip" style={{ left: `${tip.x}px`, top: `${tip.y}px` }}>
          {tip.text}
        </div>
      )}
    </div>
  );
}

function Legend() {
  return (
    <div class="legend" aria-label="How to read the picture">
      <span>
        <i class="forward-line" /> ▶ forward, value v
      </span>
      <span>
        <i class="backward-line" /> ◀ backward, upstream ∂
      </span>
      <span>× local gradient</span>
      <span title="not computed yet">· not yet</span>
      <span title="constant, detached, or not on the way to the cost">— none</span>
    </div>
  );
}

function gestures(
  graph: GraphView,
  canvas: HTMLCanvasElement,
  set_tip: (tip: { x: number; y: number; text: string } | undefined) => void,
) {
  const pointers = new Map<number, { x: number; y: number }>();
  let moved = 0;
  const at = (event: PointerEvent | WheelEvent | MouseEvent) => {
    const area = canvas.getBoundingClientRect();
    return { x: event.clientX - area.left, y: event.clientY - area.top };
  };
  const down = (event: PointerEvent) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    moved = 0;
  };
  const move = (event: PointerEvent) => {
    const now = at(event),
      before = pointers.get(event.pointerId);
    if (!before) return hover(now);
    set_tip(undefined);
    if (pointers.size === 2) {
      const other = [...pointers.entries()].find(([id]) => id !== event.pointerId)![1];
      const distance = (p: { x: number; y: number }) =>
        Math.hypot(p.x - other.x, p.y - other.y) || 1;
      graph.zoom(distance(now) / distance(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else graph.pan(now.x - before.x, now.y - before.y);
    moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    pointers.set(event.pointerId, now);
  };
  const hover = ({ x, y }: { x: number; y: number }) => {
    const box = graph.box_at(x, y);
    set_tip(
      box && {
        x: Math.min(x + 14, graph.size().width - 240),
        y: y + 18,
        text: box_title(state.model.value, box, state.at.value),
      },
    );
  };
  const up = (event: PointerEvent) => {
    const { x, y } = at(event);
    if (pointers.delete(event.pointerId) && moved < 5)
      state.selected.value = graph.box_at(x, y)?.key;
  };
  const double = (event: MouseEvent) => {
    const { x, y } = at(event),
      box = graph.box_at(x, y),
      group = box ? box.group : graph.frame_at(x, y)?.group;
    if (group) state.toggle_group(group);
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const { x, y } = at(event);
    if (event.shiftKey) graph.pan(-event.deltaY - event.deltaX, 0);
    else graph.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), x, y);
  };
  const leave = () => set_tip(undefined);
  const list = {
    pointerdown: down,
    pointermove: move,
    pointerup: up,
    pointercancel: up,
    dblclick: double,
    wheel,
    pointerleave: leave,
  } as Record<string, (event: never) => void>;
  for (const [name, handler] of Object.entries(list))
    canvas.addEventListener(name, handler as EventListener, { passive: false });
  return () =>
    Object.entries(list).forEach(([name, handler]) =>
      canvas.removeEventListener(name, handler as EventListener),
    );
}
