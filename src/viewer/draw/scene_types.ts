// What arranging gives: visible boxes, frames of open groups, pieces of wire.
import type { Group } from "../model/groups.js";
import type { Use } from "../model/model.js";

export interface SceneBox {
  key: string;
  node: number;
  group: Group | undefined;
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Frame {
  group: Group;
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A piece of wire inside one group. `ends_at` is the visible box it enters, if it does not end at a border. */
export interface Wire {
  source: number;
  uses: Use[];
  points: number[];
  ends_at: SceneBox | undefined;
  starts_at: SceneBox | undefined;
  labelled: boolean;
  bounds: { top: number; bottom: number };
}

export interface Scene {
  boxes: SceneBox[];
  frames: Frame[];
  wires: Wire[];
  width: number;
  height: number;
  by_key: Map<string, SceneBox>;
}
