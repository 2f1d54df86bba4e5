// Whether the parts of a file have the types the page relies on, so that a damaged file is refused
// with a reason instead of failing half-way on the screen. load.ts asks; the schema says it in full.

type Unknown = Record<string, unknown>;

const is_object = (x: unknown): x is Unknown =>
  typeof x === "object" && x !== null && !Array.isArray(x);
export const is_text = (x: unknown) => x === undefined || typeof x === "string";
const is_index = (x: unknown) => Number.isInteger(x) && (x as number) >= 0;
const is_number = (x: unknown) =>
  typeof x === "number" || x === "NaN" || x === "Infinity" || x === "-Infinity";
const kinds = ["op", "input", "parameter", "constant"];
const local_kinds = ["number", "elementwise", "dense", "pullback"];
const states = [undefined, "computed", "pending", "not_kept", "none"];

export function are_numbers(x: unknown): boolean {
  return (
    Array.isArray(x) || (is_object(x) && typeof x.base64 === "string" && typeof x.type === "string")
  );
}

const element_count = (shape: number[]) => shape.reduce((product, extent) => product * extent, 1);

function is_tensor(x: unknown): boolean {
  if (is_number(x)) return true;
  if (!is_object(x) || !Array.isArray(x.shape) || !x.shape.every(is_index)) return false;
  if (Array.isArray(x.values) && x.values.length !== element_count(x.shape as number[]))
    return false;
  const histogram = x.histogram as Unknown | undefined,
    preview = x.preview as Unknown | undefined;
  return (
    (x.values === undefined || are_numbers(x.values)) &&
    (x.stats === undefined || is_object(x.stats)) &&
    (histogram === undefined || (is_object(histogram) && Array.isArray(histogram.counts))) &&
    (preview === undefined || (is_object(preview) && are_numbers(preview.values)))
  );
}

const maybe_tensor = (x: unknown) => x === undefined || is_tensor(x);

function is_input(x: unknown): boolean {
  if (!is_object(x) || !is_index(x.node) || !is_text(x.slot) || !maybe_tensor(x.contribution))
    return false;
  const { local } = x;
  if (local === undefined) return true;
  return (
    is_object(local) &&
    local_kinds.includes(local.kind as string) &&
    is_text(local.formula) &&
    maybe_tensor(local.value) &&
    maybe_tensor(local.matrix) &&
    (local.gain === undefined || is_number(local.gain))
  );
}

const are_inputs = (x: unknown) => x === undefined || (Array.isArray(x) && x.every(is_input));

/** What is wrong with a node, or undefined. */
export function node_fault(x: unknown): string | undefined {
  if (!is_object(x)) return "is not an object";
  if (typeof x.op !== "string") return "has no op";
  if (!kinds.includes(x.kind as string)) return `is of kind ${JSON.stringify(x.kind)}`;
  if (!is_text(x.name) || !is_text(x.label) || !is_text(x.formula) || !is_text(x.why))
    return "has a text that is none";
  if (!states.includes(x.upstream_state as string)) return "has an unknown upstream_state";
  if (!are_inputs(x.inputs)) return "has inputs that are none";
  if (!is_tensor(x.value)) return "has no value";
  if (!maybe_tensor(x.upstream) || !maybe_tensor(x.elsewhere))
    return "has an upstream that is no tensor";
  for (const part of [x.attributes, x.source, x.nanoseconds, x.check])
    if (part !== undefined && !is_object(part)) return "has a part that is not an object";
  return undefined;
}

/** What is wrong with a scope, or undefined. */
export function scope_fault(x: unknown): string | undefined {
  if (!is_object(x) || typeof x.name !== "string") return "has no name";
  if (!is_text(x.kind) || !is_text(x.formula)) return "has a text that is none";
  return are_inputs(x.inputs) ? undefined : "has inputs that are none";
}
