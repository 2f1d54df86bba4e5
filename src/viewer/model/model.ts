// A snapshot with the questions the page asks of it answered once: who consumes a node, when it is
// computed, when its upstream is complete. Next: steps.ts, what is known at a given step.
import { brief } from "./numbers.js";
import { only_number } from "./tensors.js";
import { visible } from "./text.js";
import type { Input, Node, Problem, Snapshot } from "./snapshot.js";

/** One end of an edge: the consumer and which of its inputs. */
export interface Use {
  node: number;
  slot: number;
}

export class Model {
  readonly nodes: Node[];
  readonly cost: number;
  readonly forward: number[];
  readonly backward: number[];
  /** Step at which a node is computed (0 for leaves) and at which it sends its upstream (0: never). */
  readonly forward_step: Int32Array;
  readonly backward_step: Int32Array;
  readonly problems_at = new Map<number, Problem[]>();
  private readonly senders_of = new Map<number, Use[]>();
  private readonly use_start: Int32Array;
  private readonly use_node: Int32Array;
  private readonly use_slot: Int32Array;

  constructor(readonly snapshot: Snapshot) {
    const { nodes } = snapshot,
      count = nodes.length;
    this.nodes = nodes;
    this.cost = snapshot.cost ?? count - 1;
    this.forward = snapshot.forward ?? this.indexes((node) => node.kind === "op");
    this.backward =
      snapshot.backward ??
      this.indexes((node) => node.kind === "op" && node.upstream_state === "computed").reverse();
    this.forward_step = new Int32Array(count);
    this.backward_step = new Int32Array(count);
    this.forward.forEach((node, i) => (this.forward_step[node] = i + 1));
    this.backward.forEach(
      (node, i) => (this.backward_step[node] = this.forward.length + 1 + i + 1),
    );

    this.use_start = new Int32Array(count + 1);
    for (const node of nodes)
      for (const input of node.inputs ?? []) ++this.use_start[input.node + 1]!;
    for (let i = 0; i < count; ++i) this.use_start[i + 1]! += this.use_start[i]!;
    const fill = this.use_start.slice();
    this.use_node = new Int32Array(this.use_start[count]!);
    this.use_slot = new Int32Array(this.use_start[count]!);
    nodes.forEach((node, index) =>
      node.inputs?.forEach((input, slot) => {
        const at = fill[input.node]!++;
        this.use_node[at] = index;
        this.use_slot[at] = slot;
      }),
    );
    for (const problem of snapshot.problems ?? [])
      this.problems_at.set(problem.node, [...(this.problems_at.get(problem.node) ?? []), problem]);
  }

  private indexes(keep: (node: Node) => boolean): number[] {
    const list: number[] = [];
    this.nodes.forEach((node, index) => keep(node) && list.push(index));
    return list;
  }

  /** Steps: 0 is the start, then forward, then the seed, then backward. */
  get seed_step() {
    return this.forward.length + 1;
  }
  get last_step() {
    return this.backward.length ? this.seed_step + this.backward.length : this.forward.length;
  }

  uses(node: number): Use[] {
    const list: Use[] = [];
    for (let i = this.use_start[node]!; i < this.use_start[node + 1]!; ++i)
      list.push({ node: this.use_node[i]!, slot: this.use_slot[i]! });
    return list;
  }

  node(index: number): Node {
    return this.nodes[index]!;
  }
  inputs(index: number): Input[] {
    return this.nodes[index]!.inputs ?? [];
  }

  /** What people call it: its name, a single constant its number, else v1, v2, ... as in the trace. */
  symbol(index: number): string {
    const { name } = this.nodes[index]!;
    return name ? visible(name) : this.labels()[index]!;
  }
  private known_labels: string[] | undefined;
  private labels(): string[] {
    if (this.known_labels) return this.known_labels;
    const taken = new Set<string>(),
      counts = { v: 0, c: 0 };
    this.known_labels = this.nodes.map(({ kind, label, name, value }) => {
      if (name) return taken.add(name) && name;
      const single = kind === "constant" ? only_number(value) : undefined,
        letter = kind === "constant" ? "c" : "v";
      if (single !== undefined) return brief(single, 6);
      if (label) return visible(label);
      let next = "";
      do next = `${letter}${++counts[letter]}`;
      while (taken.has(next));
      taken.add(next);
      return next;
    });
    return this.known_labels;
  }

  slot_name(index: number, slot: number): string {
    const inputs = this.inputs(index);
    return inputs[slot]!.slot ?? (inputs.length === 1 ? "x" : String.fromCharCode(97 + slot));
  }

  /** The uses that send to a node, in the order they do. */
  senders(node: number): Use[] {
    const known = this.senders_of.get(node);
    if (known) return known;
    const list = this.uses(node)
      .filter(
        (use) =>
          this.backward_step[use.node]! > 0 &&
          this.inputs(use.node)[use.slot]!.contribution !== undefined,
      )
      .sort((p, q) => this.backward_step[p.node]! - this.backward_step[q.node]! || p.slot - q.slot);
    this.senders_of.set(node, list);
    return list;
  }
}
