// What is on the screen, as plain data: a list of shapes in scene units. canvas.ts paints it, svg.ts
// writes it, so an exported SVG is the screen.

export interface Rect {
  t: "rect";
  x: number;
  y: number;
  w: number;
  h: number;
  r?: number;
  fill?: string;
  stroke?: string;
  width?: number;
  dash?: number[];
}
/** Straight between points 0-1, 2-3, ...; a level curve between 1-2, 3-4, ... */
export interface Wire {
  t: "wire";
  points: number[];
  stroke: string;
  width: number;
  dash?: number[];
}
export interface Polygon {
  t: "polygon";
  points: number[];
  fill: string;
  stroke?: string;
}
export interface Text {
  t: "text";
  x: number;
  y: number;
  text: string;
  size: number;
  fill: string;
  bold?: boolean;
  anchor?: "start" | "middle" | "end";
  halo?: string;
}
export interface CellsShape {
  t: "cells";
  x: number;
  y: number;
  w: number;
  h: number;
  rows: number;
  columns: number;
  colours: string[];
}
/** Opens or closes a named part; only SVG shows it. */
export interface Part {
  t: "open";
  id: string;
  title: string;
}
export interface End {
  t: "close";
}
export type Shape = Rect | Wire | Polygon | Text | CellsShape | Part | End;
export type DrawList = Shape[];

export const font_family =
  'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif';
