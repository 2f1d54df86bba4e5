// The same boxes as a tree of text: what a screen reader walks, and what a mouse scans. Only the rows
// in view are in the document, so 100,000 nodes scroll as smoothly as ten.
import { computed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Group } from "../model/groups.js";
import { number_or_shape, only_number } from "../model/tensors.js";
import type { Tensor } from "../model/snapshot.js";
import { problem_marks, upstream_text } from "../model/words.js";
import { upstream_at, value_known } from "../model/steps.js";
import { visible } from "../model/text.js";
import * as state from "./state.js";

interface Row {
  key: string;
  depth: number;
  group: Group | undefined;
  node: number;
  of: number;
  place: number;
}

const rows = computed(() => {
  const list: Row[] = [];
  const visit = (group: Group, depth: number) => {
    const children = [
      ...group.groups.map((g) => ({ g, n: -1, first: g.first })),
      ...group.nodes.map((n) => ({ g: undefined, n, first: n })),
    ];
    children.sort((a, b) => a.first - b.first);
    children.forEach(({ g, n }, place) => {
      list.push({ key: g ? g.key : `n${n}`, depth, group: g, node: n, of: children.length, place });
      if (g && state.open.value.has(g.key)) visit(g, depth + 1);
    });
  };
  visit(state.tree.value.root, 1);
  return list;
});

const height = 26;

export function Outline() {
  const box = useRef<HTMLDivElement>(null);
  const [scroll, set_scroll] = useState(0),
    [tall, set_tall] = useState(600);
  const list = rows.value,
    shown = state.shown.value,
    index = Math.max(
      0,
      list.findIndex((row) => row.key === shown),
    );
  const from = Math.max(0, Math.floor(scroll / height) - 8),
    to = Math.min(list.length, Math.ceil((scroll + tall) / height) + 8);

  useEffect(() => {
    const area = box.current!,
      watcher = new ResizeObserver(() => set_tall(area.clientHeight));
    watcher.observe(area);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    const area = box.current!,
      top = index * height;
    if (top < area.scrollTop || top + height > area.scrollTop + area.clientHeight)
      area.scrollTop = top - area.clientHeight / 2;
  }, [shown, list]);

  const keys = (event: KeyboardEvent) => {
    const row = list[index],
      move = {
        ArrowDown: index + 1,
        ArrowUp: index - 1,
        Home: 0,
        End: list.length - 1,
        PageDown: index + 15,
        PageUp: index - 15,
      }[event.key];
    const target =
      move !== undefined ? list[Math.max(0, Math.min(list.length - 1, move))] : undefined;
    if (target) state.selected.value = target.key;
    else if (event.key === "ArrowRight" && row?.group && !state.open.value.has(row.key))
      state.toggle_group(row.group);
    else if (event.key === "ArrowLeft" && row?.group && state.open.value.has(row.key))
      state.toggle_group(row.group);
    else if (event.key === "ArrowLeft" && row)
      state.selected.value =
        list
          .slice(0, index)
          .reverse()
          .find((other) => other.depth < row.depth)?.key ?? row.key;
    else if (event.key === "Enter" && row?.group) state.toggle_group(row.group);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const drawn = list.slice(from, to);
  return (
    <div
      class="outline"
      ref={box}
      role="tree"
      tabIndex={0}
      aria-label="Outline of the graph"
      aria-activedescendant={list[index] ? `row-${list[index]!.key}` : undefined}
      onKeyDown={keys}
      onScroll={() => set_scroll(box.current!.scrollTop)}
    >
      <div style={{ height: `${from * height}px` }} role="presentation" />
      {drawn.map((row) => (
        <OneRow key={row.key} row={row} current={row.key === shown} />
      ))}
      <div style={{ height: `${(list.length - to) * height}px` }} role="presentation" />
    </div>
  );
}

const short = (t: Tensor) => number_or_shape(t);
function short_upstream(node: number): string {
  const { total } = upstream_at(state.model.value, node, state.at.value);
  return total !== undefined && only_number(total) === undefined
    ? number_or_shape(total)
    : upstream_text(state.model.value, node, state.at.value);
}

function OneRow({ row, current }: { row: Row; current: boolean }) {
  const { group, node } = row,
    model = state.model.value,
    at = state.at.value;
  const isOpen = group && state.open.value.has(group.key),
    marks = group ? [] : (model.problems_at.get(node) ?? []);
  const value = group ? "" : value_known(model, node, at) ? short(model.node(node).value) : "·";
  const upstream = group ? "" : short_upstream(node);
  const click = () => {
    state.selected.value = row.key;
  };
  return (
    <div
      id={`row-${row.key}`}
      role="treeitem"
      class={`row${current ? " current" : ""}`}
      aria-level={row.depth}
      aria-setsize={row.of}
      aria-posinset={row.place + 1}
      aria-selected={current}
      aria-expanded={group ? !!isOpen : undefined}
      style={{ paddingLeft: `${8 + 14 * row.depth - 14}px` }}
      onClick={click}
      onDblClick={() => group && state.toggle_group(group)}
    >
      <span
        class="fold"
        aria-hidden="true"
        onClick={(event) => {
          if (group) {
            event.stopPropagation();
            state.toggle_group(group);
          }
        }}
      >
        {group ? (isOpen ? "▾" : "▸") : ""}
      </span>
      <span class="name">
        {visible(group ? group.name : model.symbol(node))}{" "}
        <small>
          {group ? group.kind : model.node(node).op}
          {marks
            .map((m) => ` ${problem_marks[m.kind].mark} ${problem_marks[m.kind].word}`)
            .join("")}
        </small>
      </span>
      {!group && (
        <span class="numbers">
          <span class="forward">{value}</span> <span class="backward">{upstream}</span>
        </span>
      )}
    </div>
  );
}
