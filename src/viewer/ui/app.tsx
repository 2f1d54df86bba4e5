// The page: header, tabs, outline, picture, details, stepping.
import { load } from "../model/load.js";
import { visible } from "../model/text.js";
import { Charts } from "./charts.js";
import { Compare } from "./compare.js";
import { Graph, view } from "./graph.js";
import { Help } from "./help.js";
import { next_problem, switch_theme } from "./keys.js";
import { Neurons } from "./neurons.js";
import { NodeCard } from "./node_card.js";
import { Outline } from "./outline.js";
import { panels, toggle_panel } from "./panels.js";
import { permalink } from "./permalink.js";
import { Search } from "./search.js";
import { StepCard } from "./step_card.js";
import { EpochSlider, Training } from "./training.js";
import { Transport } from "./transport.js";
import { copy, save_frames, save_png, save_view_svg, save_whole_svg } from "./exports.js";
import * as state from "./state.js";

const titles: Record<state.Tab, string> = {
  graph: "Graph",
  training: "Training",
  neurons: "Neurons",
  pictures: "Pictures",
  compare: "Compare",
};

export function App() {
  if (!state.snapshot.value.nodes.length) return <Welcome />;
  const tab = state.tab.value;
  return (
    <div class="page" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <Header />
      <Warnings />
      <main class={`view-${tab}`}>
        {tab === "graph" && panels.outline.value && (
          <nav class="side left" aria-label="Outline">
            <Search />
            <FoldButtons />
            <Outline />
          </nav>
        )}
        {tab === "graph" && <Graph />}
        {tab === "graph" && panels.details.value && (
          <aside class="side right" aria-label="Details" tabIndex={0}>
            <EpochSlider />
            <StepCard />
            <NodeCard />
          </aside>
        )}
        {tab === "training" && <Training />}
        {tab === "neurons" && <Neurons />}
        {tab === "pictures" && <Charts />}
        {tab === "compare" && <Compare />}
      </main>
      {(tab === "graph" || tab === "neurons") && <Transport />}
      <Help />
      <Notice />
    </div>
  );
}

function Header() {
  const { title } = state.snapshot.value;
  const tabs = (["graph", "training", "neurons", "pictures", "compare"] as const).filter(
    state.has_tab,
  );
  const arrows = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(state.tab.value) + step + tabs.length) % tabs.length]!;
    state.tab.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <header>
      <h1>{visible(title ?? "glassgrad")}</h1>
      <div role="tablist" aria-label="Views" onKeyDown={arrows}>
        {tabs.map((tab) => (
          <button
            key={tab}
            id={`tab-${tab}`}
            role="tab"
            aria-selected={state.tab.value === tab}
            tabIndex={state.tab.value === tab ? 0 : -1}
            onClick={() => (state.tab.value = tab)}
          >
            {titles[tab]}
          </button>
        ))}
      </div>
      <div class="tools">
        <button
          title="Show or hide the outline (p)"
          aria-pressed={panels.outline.value}
          onClick={() => toggle_panel("outline")}
        >
          Outline
        </button>
        <button
          title="Show or hide the details"
          aria-pressed={panels.details.value}
          onClick={() => toggle_panel("details")}
        >
          Details
        </button>
        <details
          class="menu"
          onClick={(event) => {
            if ((event.target as HTMLElement).tagName === "BUTTON")
              event.currentTarget.open = false;
          }}
        >
          <summary>Export</summary>
          <div>
            <button onClick={save_view_svg}>This view as SVG</button>
            <button onClick={save_png}>This view as PNG</button>
            <button onClick={save_whole_svg}>Whole graph as SVG</button>
            <button onClick={save_frames}>All steps as SVG frames</button>
            <button
              onClick={() => copy(`${location.href.split("#")[0]}${permalink()}`, "The link")}
            >
              Copy link to this step
            </button>
            <button onClick={() => window.print()}>Print</button>
            <label class="button">
              Open another file
              <input
                type="file"
                accept=".json,application/json"
                class="hidden"
                onChange={(event) => open_files(event.currentTarget.files)}
              />
            </label>
          </div>
        </details>
        <button title="Dark or light (t)" aria-label="Dark or light" onClick={switch_theme}>
          {state.theme.value.name === "dark" ? "☀" : "☾"}
        </button>
        <button title="Help (?)" aria-label="Help" onClick={() => (state.help_open.value = true)}>
          ?
        </button>
      </div>
    </header>
  );
}

function FoldButtons() {
  return (
    <div class="fold-buttons" role="group" aria-label="Folding">
      <button
        onClick={() => {
          state.fold_all();
          view?.fit(true);
        }}
      >
        Fold all
      </button>
      <button onClick={state.unfold_all}>Unfold all</button>
      <button title="Fold as when opened (u)" onClick={state.fold_as_opened}>
        Reset
      </button>
    </div>
  );
}

function Warnings() {
  const { limits, problems = [] } = state.snapshot.value,
    dropped = limits?.dropped ?? [];
  const left_out = (limits?.nodes_total ?? 0) - (limits?.nodes_written ?? 0);
  if (!dropped.length && !problems.length && left_out <= 0) return null;
  return (
    <div class={`warnings ${problems.length ? "found" : ""}`} role="region" aria-label="Remarks">
      {problems.length > 0 && (
        <button onClick={next_problem}>
          {problems.length} problem{problems.length === 1 ? "" : "s"} found
          {state.epoch.value >= 0 && " in the numbers of the file"}: show next (e)
        </button>
      )}
      {left_out > 0 && (
        <span>
          {left_out} of {limits!.nodes_total} nodes were left out.{" "}
        </span>
      )}
      {dropped.map((text) => (
        <span key={text}>{text} </span>
      ))}
    </div>
  );
}

function Notice() {
  const notice = state.notice.value;
  return (
    <div class="notice-place" role="status">
      {notice && (
        <div class="notice">
          {notice.text} {notice.yes && <button onClick={notice.yes}>{notice.label}</button>}
          <button onClick={() => (state.notice.value = undefined)}>
            {notice.yes ? "Cancel" : "Close"}
          </button>
        </div>
      )}
    </div>
  );
}

function Welcome() {
  return (
    <main class="welcome" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <h1>glassgrad</h1>
      <p>
        This page has no trace in it. Choose or drop a file written by <code>write_json</code>.
      </p>
      <label class="button">
        Choose a file
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) => open_files(event.currentTarget.files)}
        />
      </label>
      <Notice />
    </main>
  );
}

function drop(event: DragEvent) {
  event.preventDefault();
  open_files(event.dataTransfer?.files ?? null);
}

async function open_files(files: FileList | null) {
  const file = files?.[0];
  if (!file) return;
  try {
    state.show(load(await file.text()));
  } catch (error) {
    state.notice.value = { text: (error as Error).message };
  }
}
