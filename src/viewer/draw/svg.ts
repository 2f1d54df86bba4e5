// Writes a DrawList as SVG text: no script, no outside font, every part with its title.
import { bend } from "./canvas.js";
import { font_family, type DrawList, type Shape } from "./drawlist.js";

const escape = (text: string) =>
  text
    .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "�");
const n = (x: number) => String(Math.round(x * 100) / 100);

export interface View {
  x: number;
  y: number;
  w: number;
  h: number;
}

export function to_svg(list: DrawList, view: View, page: string, title: string, scale = 1): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${[view.x, view.y, view.w, view.h].map(n).join(" ")}" width="${n(view.w * scale)}" height="${n(view.h * scale)}" font-family="${escape(font_family)}">`;
  const back = `<rect x="${n(view.x)}" y="${n(view.y)}" width="${n(view.w)}" height="${n(view.h)}" fill="${page}"/>`;
  return `${head}\n<title>${escape(title)}</title>\n${back}\n${list.map(write).join("\n")}\n</svg>\n`;
}

function write(shape: Shape): string {
  switch (shape.t) {
    case "open":
      return `<g id="${escape(shape.id)}" role="img" aria-label="${escape(shape.title)}"><title>${escape(shape.title)}</title>`;
    case "close":
      return "</g>";
    case "rect":
      return `<rect x="${n(shape.x)}" y="${n(shape.y)}" width="${n(shape.w)}" height="${n(shape.h)}"${shape.r ? ` rx="${n(shape.r)}"` : ""} fill="${shape.fill ?? "none"}"${lines(shape.stroke, shape.width, shape.dash)}/>`;
    case "wire":
      return `<path d="${path(shape.points)}" fill="none"${lines(shape.stroke, shape.width, shape.dash)}/>`;
    case "polygon":
      return `<polygon points="${shape.points.map(n).join(" ")}" fill="${shape.fill}"${lines(shape.stroke, 1.2)}/>`;
    case "text": {
      const halo = shape.halo
        ? ` stroke="${shape.halo}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`
        : "";
      const style = `font-size="${n(shape.size)}"${shape.bold ? ' font-weight="600"' : ""}${shape.anchor && shape.anchor !== "start" ? ` text-anchor="${shape.anchor}"` : ""}`;
      return `<text x="${n(shape.x)}" y="${n(shape.y)}" ${style} fill="${shape.fill}"${halo} xml:space="preserve">${escape(shape.text)}</text>`;
    }
    case "cells": {
      const w = shape.w / shape.columns,
        h = shape.h / shape.rows;
      return shape.colours
        .map(
          (colour, i) =>
            `<rect x="${n(shape.x + (i % shape.columns) * w)}" y="${n(shape.y + Math.floor(i / shape.columns) * h)}" width="${n(w + 0.05)}" height="${n(h + 0.05)}" fill="${colour}"/>`,
        )
        .join("");
    }
  }
}

const lines = (stroke: string | undefined, width = 1, dash: number[] = []) =>
  stroke
    ? ` stroke="${stroke}" stroke-width="${n(width)}"${dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : ""}`
    : "";

function path(p: number[]): string {
  let d = `M${n(p[0]!)} ${n(p[1]!)}`;
  for (let i = 2; i + 1 < p.length; i += 2) {
    const x0 = p[i - 2]!,
      y0 = p[i - 1]!,
      x1 = p[i]!,
      y1 = p[i + 1]!,
      reach = bend(x0, x1);
    d +=
      i % 4 === 2
        ? `L${n(x1)} ${n(y1)}`
        : `C${n(x0 + reach)} ${n(y0)} ${n(x1 - reach)} ${n(y1)} ${n(x1)} ${n(y1)}`;
  }
  return d;
}
