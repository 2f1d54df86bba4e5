// Paints a DrawList on a canvas that is already scaled to scene units.
import { font_family, type DrawList, type Shape } from "./drawlist.js";

export function paint(g: CanvasRenderingContext2D, list: DrawList) {
  let font = "";
  for (const shape of list) {
    if (shape.t === "text") {
      const wanted = `${shape.bold ? "600 " : ""}${shape.size}px ${font_family}`;
      if (wanted !== font) g.font = font = wanted;
    }
    paint_shape(g, shape);
  }
}

function paint_shape(g: CanvasRenderingContext2D, shape: Shape) {
  switch (shape.t) {
    case "rect": {
      g.beginPath();
      if (shape.r) g.roundRect(shape.x, shape.y, shape.w, shape.h, shape.r);
      else g.rect(shape.x, shape.y, shape.w, shape.h);
      if (shape.fill) {
        g.fillStyle = shape.fill;
        g.fill();
      }
      stroke(g, shape.stroke, shape.width, shape.dash);
      return;
    }
    case "wire": {
      g.beginPath();
      trace(g, shape.points);
      stroke(g, shape.stroke, shape.width, shape.dash);
      return;
    }
    case "polygon": {
      g.beginPath();
      for (let i = 0; i < shape.points.length; i += 2)
        g.lineTo(shape.points[i]!, shape.points[i + 1]!);
      g.closePath();
      g.fillStyle = shape.fill;
      g.fill();
      stroke(g, shape.stroke, 1.2);
      return;
    }
    case "text": {
      g.textAlign =
        shape.anchor === "middle" ? "center" : shape.anchor === "end" ? "right" : "left";
      if (shape.halo) {
        g.strokeStyle = shape.halo;
        g.lineWidth = 4;
        g.lineJoin = "round";
        g.strokeText(shape.text, shape.x, shape.y);
      }
      g.fillStyle = shape.fill;
      g.fillText(shape.text, shape.x, shape.y);
      return;
    }
    case "cells": {
      const w = shape.w / shape.columns,
        h = shape.h / shape.rows;
      shape.colours.forEach((colour, i) => {
        g.fillStyle = colour;
        g.fillRect(
          shape.x + (i % shape.columns) * w,
          shape.y + Math.floor(i / shape.columns) * h,
          w + 0.2,
          h + 0.2,
        );
      });
    }
  }
}

function stroke(
  g: CanvasRenderingContext2D,
  colour: string | undefined,
  width = 1,
  dash: number[] = [],
) {
  if (!colour) return;
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.setLineDash(dash);
  g.stroke();
  if (dash.length) g.setLineDash([]);
}

export function trace(g: CanvasRenderingContext2D, p: number[]) {
  g.moveTo(p[0]!, p[1]!);
  for (let i = 2; i + 1 < p.length; i += 2) {
    const x0 = p[i - 2]!,
      y0 = p[i - 1]!,
      x1 = p[i]!,
      y1 = p[i + 1]!;
    if (i % 4 === 2) g.lineTo(x1, y1);
    else {
      const reach = bend(x0, x1);
      g.bezierCurveTo(x0 + reach, y0, x1 - reach, y1, x1, y1);
    }
  }
}

/** How far the ends of a curve run level; backward-going wires swing out. */
export const bend = (x0: number, x1: number) => (x1 > x0 ? (x1 - x0) / 2 : 60);
