// The canvas: camera, culling, levels of detail, pointer. Paints what draw/scene.ts lists; where boxes
// would be specks it shows a picture of the whole graph taken once per step instead.
import { paint, trace } from "../draw/canvas.js";
import { shown_node } from "../draw/boxes.js";
import { draw_scene, type Look, type Region } from "../draw/scene.js";
import type { Scene, SceneBox } from "../draw/scene_types.js";
import { upstream_at, value_known } from "../model/steps.js";

export interface Camera {
  x: number;
  y: number;
  scale: number;
} // scene point at the canvas's corner

const full_from = 0.42,
  coarse_from = 0.1;

export class GraphView {
  camera: Camera = { x: 0, y: 0, scale: 1 };
  private scene: Scene | undefined;
  private look: Look | undefined;
  private frame = 0;
  private glide = 0;
  private width = 0;
  private height = 0;
  private overview: { canvas: HTMLCanvasElement; scale: number } | undefined;
  on_camera = () => {};

  constructor(readonly canvas: HTMLCanvasElement) {}

  resize() {
    const ratio = window.devicePixelRatio || 1,
      { clientWidth, clientHeight } = this.canvas;
    if (
      clientWidth === this.width &&
      clientHeight === this.height &&
      this.canvas.width === Math.round(clientWidth * ratio)
    )
      return;
    this.width = clientWidth;
    this.height = clientHeight;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    this.redraw();
  }

  update(scene: Scene, look: Look) {
    if (
      scene !== this.scene ||
      look.at !== this.look?.at ||
      look.theme !== this.look?.theme ||
      look.model !== this.look?.model
    )
      this.overview = undefined;
    this.scene = scene;
    this.look = look;
    this.redraw();
  }

  redraw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  region(): Region {
    const { x, y, scale } = this.camera;
    return { left: x, top: y, right: x + this.width / scale, bottom: y + this.height / scale };
  }

  private paint() {
    const { scene, look } = this,
      g = this.canvas.getContext("2d");
    if (!scene || !look || !g || this.width === 0) return;
    const ratio = this.canvas.width / this.width,
      { x, y, scale } = this.camera;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.fillStyle = look.theme.page;
    g.fillRect(0, 0, this.width, this.height);
    const transform = () =>
      g.setTransform(ratio * scale, 0, 0, ratio * scale, -x * scale * ratio, -y * scale * ratio);
    if (scale >= coarse_from) {
      transform();
      paint(
        g,
        draw_scene(
          scene,
          { ...look, detail: scale >= full_from ? "full" : "coarse" },
          this.region(),
        ),
      );
    } else {
      this.overview ??= take_overview(scene, look);
      transform();
      g.imageSmoothingEnabled = true;
      g.drawImage(
        this.overview.canvas,
        0,
        0,
        this.overview.canvas.width / this.overview.scale,
        this.overview.canvas.height / this.overview.scale,
      );
    }
    this.on_camera();
  }

  /** The whole graph small, with the current region: the minimap. */
  paint_minimap(map: HTMLCanvasElement) {
    const { scene, look } = this,
      g = map.getContext("2d");
    if (!scene || !look || !g) return;
    // A long thin graph is stretched, or its map would be a line.
    const sx = Math.min(map.width / (scene.width + 80), (8 * map.height) / (scene.height + 80)),
      sy = Math.min(map.height / (scene.height + 80), 8 * sx);
    this.overview ??= take_overview(scene, look);
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.fillStyle = look.theme.frame;
    g.fillRect(0, 0, map.width, map.height);
    const dx = (map.width - scene.width * sx) / 2,
      dy = (map.height - scene.height * sy) / 2;
    g.drawImage(this.overview.canvas, dx, dy, scene.width * sx, scene.height * sy);
    const { left, top, right, bottom } = this.region();
    g.strokeStyle = look.theme.accent;
    g.lineWidth = 2;
    g.strokeRect(
      dx + left * sx,
      dy + top * sy,
      Math.max(3, (right - left) * sx),
      Math.max(3, (bottom - top) * sy),
    );
    return { sx, sy, dx, dy };
  }

  box_at(px: number, py: number): SceneBox | undefined {
    const { x, y } = this.to_scene(px, py);
    return this.scene?.boxes.find(
      (box) => x >= box.x - 4 && x <= box.x + box.w + 4 && y >= box.y - 4 && y <= box.y + box.h + 4,
    );
  }

  frame_at(px: number, py: number) {
    const { x, y } = this.to_scene(px, py);
    return this.scene?.frames
      .filter((f) => x >= f.x && x <= f.x + f.w && y >= f.y && y <= f.y + f.h)
      .at(-1);
  }

  to_scene(px: number, py: number) {
    return { x: this.camera.x + px / this.camera.scale, y: this.camera.y + py / this.camera.scale };
  }

  pan(dx: number, dy: number) {
    this.camera.x -= dx / this.camera.scale;
    this.camera.y -= dy / this.camera.scale;
    this.redraw();
  }

  zoom(factor: number, px = this.width / 2, py = this.height / 2) {
    const before = this.to_scene(px, py),
      least = 0.4 * Math.min(this.fit_scale(), 1);
    this.camera.scale = Math.max(least, Math.min(4, this.camera.scale * factor));
    this.camera.x = before.x - px / this.camera.scale;
    this.camera.y = before.y - py / this.camera.scale;
    this.redraw();
  }

  private fit_scale(margin = 40) {
    const { scene } = this;
    return scene
      ? Math.min((this.width - 2 * margin) / scene.width, (this.height - 2 * margin) / scene.height)
      : 1;
  }

  /** The whole graph; or, when that would be unreadable, its beginning at a size one can read. */
  fit(readable = false) {
    const { scene } = this;
    if (!scene || this.width === 0) return;
    let scale = Math.min(1.6, this.fit_scale());
    if (readable && scale < 0.62)
      scale = Math.max(scale, Math.min(0.85, Math.max(0.45, (this.height - 60) / scene.height)));
    const wide = scene.width * scale > this.width - 40,
      tall = scene.height * scale > this.height - 20;
    const start = scene.boxes.reduce(
      (most_left, box) => (box.x < most_left.x ? box : most_left),
      scene.boxes[0]!,
    );
    this.camera = {
      scale,
      x: wide && readable ? -30 / scale : scene.width / 2 - this.width / 2 / scale,
      y: (tall && readable ? start.y + start.h / 2 : scene.height / 2) - this.height / 2 / scale,
    };
    this.redraw();
  }

  /** Moves just enough for a box to be comfortably in view. */
  bring(key: string, smooth: boolean) {
    const box = this.scene?.by_key.get(key);
    if (!box || this.width === 0) return;
    const margin = 36,
      { scale } = this.camera,
      region = this.region();
    const shift = (low: number, high: number, from: number, to: number, pad: number) =>
      high - low > to - from - 2 * pad
        ? (low + high) / 2 - (from + to) / 2
        : low < from + pad
          ? low - from - pad
          : high > to - pad
            ? high - to + pad
            : 0;
    const dx = shift(
      box.x,
      box.x + box.w,
      region.left,
      region.right,
      Math.min(margin / scale, (region.right - region.left) / 4),
    );
    const dy = shift(
      box.y,
      box.y + box.h,
      region.top,
      region.bottom,
      Math.min(margin / scale, (region.bottom - region.top) / 4),
    );
    if (dx === 0 && dy === 0) return;
    this.move_by(dx, dy, smooth);
  }

  centre(x: number, y: number) {
    const region = this.region();
    this.move_by(x - (region.left + region.right) / 2, y - (region.top + region.bottom) / 2, false);
  }

  private move_by(dx: number, dy: number, smooth: boolean) {
    cancelAnimationFrame(this.glide);
    const { x, y } = this.camera,
      start = performance.now(),
      lasts = smooth ? 220 : 0;
    const tick = (now: number) => {
      const t = lasts ? Math.min(1, Math.max(0, (now - start) / lasts)) : 1,
        eased = t * (2 - t);
      this.camera.x = x + dx * eased;
      this.camera.y = y + dy * eased;
      this.redraw();
      if (t < 1) this.glide = requestAnimationFrame(tick);
    };
    tick(start);
  }

  size() {
    return { width: this.width, height: this.height };
  }
}

/** Boxes as coloured tiles, at most about 2000 pixels wide; wires only while they are few. */
function take_overview(scene: Scene, look: Look) {
  const scale = Math.min(0.5, 2400 / Math.max(scene.width, 1), 2400 / Math.max(scene.height, 1));
  const canvas = document.createElement("canvas"),
    { theme, model, at } = look;
  canvas.width = Math.max(1, Math.ceil(scene.width * scale));
  canvas.height = Math.max(1, Math.ceil(scene.height * scale));
  const g = canvas.getContext("2d")!;
  g.scale(scale, scale);
  for (const frame of scene.frames) {
    g.fillStyle = frame.group.depth % 2 ? theme.frame : theme.page;
    g.fillRect(frame.x, frame.y, frame.w, frame.h);
    g.strokeStyle = theme.line;
    g.lineWidth = 1 / scale;
    g.strokeRect(frame.x, frame.y, frame.w, frame.h);
  }
  if (scene.wires.length < 6000) {
    g.strokeStyle = theme.line;
    g.lineWidth = 0.6 / scale;
    for (const wire of scene.wires) {
      g.beginPath();
      trace(g, wire.points);
      g.stroke();
    }
  }
  const least = 1.5 / scale;
  for (const box of scene.boxes) {
    const node = shown_node(model, box);
    const back =
      node >= 0 && at >= model.seed_step && upstream_at(model, node, at).state === "complete";
    g.fillStyle = back
      ? theme.backward
      : node >= 0 && value_known(model, node, at)
        ? theme.forward
        : theme.line;
    g.fillRect(box.x, box.y, Math.max(least, box.w), Math.max(least, box.h));
  }
  return { canvas, scale };
}
