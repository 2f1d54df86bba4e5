// The types of docs/snapshot.schema.json, as far as the page reads them. What each key means stands
// there. Next: load.ts checks a file against what the page relies on.

export type Num = number | "NaN" | "Infinity" | "-Infinity";
export type Numbers =
  Num[] | { type: "f64" | "f32" | "u8"; base64: string; low?: number; high?: number };
export interface Stats {
  min: Num;
  max: Num;
  mean: Num;
  std: Num;
  norm: Num;
  zeros?: number;
  nan?: number;
  plus_infinity?: number;
  minus_infinity?: number;
}
export interface Histogram {
  low: number;
  high: number;
  counts: number[];
  scale?: "linear" | "symlog";
  unit?: number;
}
export interface Preview {
  rows: number;
  columns: number;
  values: Numbers;
  min?: Numbers;
  max?: Numbers;
}
export interface Shaped {
  shape: number[];
  values?: Numbers;
  stats?: Stats;
  histogram?: Histogram;
  preview?: Preview;
}
export type Tensor = Num | Shaped;

export interface Local {
  kind: "number" | "elementwise" | "dense" | "pullback";
  formula?: string;
  value?: Tensor;
  matrix?: Tensor;
  gain?: Num;
}
export interface Input {
  node: number;
  slot?: string;
  local?: Local;
  contribution?: Tensor;
}
export type UpstreamState = "computed" | "pending" | "not_kept" | "none";
export interface Node {
  op: string;
  kind: "op" | "input" | "parameter" | "constant";
  name?: string;
  label?: string;
  scope?: number;
  output?: number;
  attributes?: Record<string, unknown>;
  formula?: string;
  inputs?: Input[];
  value: Tensor;
  upstream?: Tensor;
  elsewhere?: Tensor;
  upstream_state?: UpstreamState;
  why?: string;
  source?: { file?: string; line?: number; function?: string };
  nanoseconds?: { forward?: number; backward?: number };
  check?: { ok: boolean; error?: Num; tolerance?: number };
}
export interface Scope {
  name: string;
  parent?: number;
  kind?: string;
  signature?: string;
  formula?: string;
  inputs?: Input[];
}
export type ProblemKind = "nan" | "infinity" | "vanishing" | "exploding" | "dead" | "check";
export interface Problem {
  kind: ProblemKind;
  severity?: "error" | "warning";
  pass?: "forward" | "backward";
  node: number;
  path?: number[];
  element?: number[];
  message: string;
  fix?: string;
}
export interface Layer {
  name?: string;
  weight: number;
  bias?: number;
  before?: number;
  output: number;
  activation?: string;
}
export interface Stack {
  input: number;
  examples?: "rows" | "columns";
  layers: Layer[];
}
export interface Update {
  rule: string;
  parameters: { node: number; value: Tensor }[];
}
export interface ReplayedNode {
  node: number;
  value?: Tensor;
  upstream?: Tensor;
  inputs?: { local?: Tensor; contribution?: Tensor }[];
}
export interface ReplayedScope {
  scope: number;
  inputs: { local?: Tensor }[];
}
export interface Replay {
  step: number;
  nodes: ReplayedNode[];
  scopes?: ReplayedScope[];
}
export interface Field {
  x: [number, number];
  y: [number, number];
  names?: string[];
  size: [number, number];
  level?: number;
  frames: { step: number; values: Numbers }[];
  points?: [number, number, number][];
}
export interface Example {
  index?: number;
  truth: string;
  predicted: string;
  loss: Num;
  probability?: number;
  image?: { size: [number, number]; values: Numbers };
}
export interface Training {
  unit?: string;
  step: number[];
  curves?: Record<string, Numbers>;
  gradient_norms?: Record<string, Numbers>;
  replays?: Replay[];
  field?: Field;
  confusion?: { classes: string[]; counts: number[][] };
  examples?: Example[];
}
export interface ChartLine {
  name?: string;
  x: Numbers;
  y: Numbers;
  tone?: number;
  dash?: number;
  marks?: boolean;
  width?: number;
}
export interface ChartPoint {
  x: number;
  y: number;
  text?: string;
  radius?: number;
  filled?: boolean;
  tone?: number;
}
export interface ChartGrid {
  size: [number, number];
  values: Numbers;
  levels?: Numbers;
  boundary?: number;
}
export interface ChartPanel {
  title?: string;
  x_name?: string;
  y_name?: string;
  x: [number, number];
  y: [number, number];
  axes?: boolean;
  grid?: ChartGrid;
  lines?: ChartLine[];
  points?: ChartPoint[];
}
export interface Chart {
  title: string;
  note?: string;
  columns?: number;
  size?: [number, number];
  panels: ChartPanel[];
}
export interface Snapshot {
  format: "glassgrad.trace";
  version: 1;
  title?: string;
  producer?: Record<string, string>;
  run?: Record<string, string | number | boolean>;
  limits?: {
    full?: number;
    preview?: number;
    nodes_total?: number;
    nodes_written?: number;
    dropped?: string[];
  };
  scopes?: Scope[];
  nodes: Node[];
  cost?: number;
  forward?: number[];
  backward?: number[];
  problems?: Problem[];
  stack?: Stack;
  update?: Update;
  training?: Training;
  charts?: Chart[];
}
