// The colours, once, for canvas, SVG and CSS. Forward and backward keep the slides' green and red, in
// tones that stay apart for colour-blind eyes; no meaning rests on colour alone (see scene.ts).

export interface Theme {
  name: "light" | "dark";
  page: string;
  box: string;
  ink: string;
  muted: string;
  line: string;
  frame: string;
  forward: string;
  forward_tint: string;
  backward: string;
  backward_tint: string;
  accent: string;
  problem: string;
  problem_tint: string;
}

export const light: Theme = {
  name: "light",
  page: "#ffffff",
  box: "#ffffff",
  ink: "#1b1f24",
  muted: "#59636e",
  line: "#aab3bd",
  frame: "#f5f7f9",
  forward: "#00705a",
  forward_tint: "#e4f3ee",
  backward: "#b23a00",
  backward_tint: "#fcebe1",
  accent: "#1d5fc4",
  problem: "#8d1d75",
  problem_tint: "#f6d9ee",
};

export const dark: Theme = {
  name: "dark",
  page: "#14171c",
  box: "#1f242b",
  ink: "#e9ecf0",
  muted: "#a3adb9",
  line: "#59636f",
  frame: "#191d23",
  forward: "#8df0cf",
  forward_tint: "#17352d",
  backward: "#f07a48",
  backward_tint: "#3a2117",
  accent: "#7db1ff",
  problem: "#ff9de6",
  problem_tint: "#4a1f40",
};

type Rgb = [number, number, number];
const parse = (hex: string): Rgb => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)) as Rgb;
const write = (rgb: Rgb) =>
  `#${rgb.map((c) => Math.round(c).toString(16).padStart(2, "0")).join("")}`;
const blend = (a: Rgb, b: Rgb, t: number): Rgb => a.map((c, i) => c + (b[i]! - c) * t) as Rgb;

/** Colour at 0..1 along evenly spaced stops. */
function along(stops: Rgb[], t: number): Rgb {
  const at = Math.min(1, Math.max(0, t)) * (stops.length - 1),
    i = Math.min(stops.length - 2, Math.floor(at));
  return blend(stops[i]!, stops[i + 1]!, at - i);
}

const diverging = {
  light: ["#0b4a8f", "#4f93cf", "#f7f7f7", "#e9964a", "#9c3d00"].map(parse),
  dark: ["#7cc4ff", "#2f6ea8", "#23282f", "#a85a1c", "#ffb469"].map(parse),
};
const viridis = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"].map(parse);

/** Around 0 for numbers of both signs, one-sided for the rest; not-a-number has its own colour. */
export function heat(theme: Theme, value: number, low: number, high: number): string {
  if (Number.isNaN(value)) return theme.problem;
  if (low < 0) {
    const reach = Math.max(-low, high) || 1;
    return write(along(diverging[theme.name], 0.5 + value / (2 * reach)));
  }
  return write(along(viridis, high > 0 ? value / high : 0));
}

/** Always around 0: for weights and gradients. */
export function diverge(theme: Theme, value: number, reach: number): string {
  return Number.isNaN(value)
    ? theme.problem
    : write(along(diverging[theme.name], 0.5 + value / (2 * (reach || 1))));
}

export const sequential = (t: number) => write(along(viridis, t));
