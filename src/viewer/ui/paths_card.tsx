// The chain rule written out for one number: every path to the cost as a product, and their sum.
import { useMemo, useState } from "preact/hooks";
import { brief } from "../model/numbers.js";
import { latex_number, latex_partial } from "../model/formula.js";
import type { Model } from "../model/model.js";
import { paths_to_cost, type Path } from "../model/paths.js";
import { copy } from "./exports.js";
import { Partial } from "./maths.js";
import * as state from "./state.js";

export function PathsToCost({ model, node }: { model: Model; node: number }) {
  const [shown, set_shown] = useState(false);
  const paths = useMemo(
    () => (shown ? paths_to_cost(model, node) : undefined),
    [model, node, shown],
  );
  const cost = model.symbol(model.cost),
    name = model.symbol(node);
  return (
    <details onToggle={(event) => set_shown((event.currentTarget as HTMLDetailsElement).open)}>
      <summary>Paths to the cost</summary>
      {paths && (
        <>
          <p>
            {paths.count} path{paths.count === 1 ? "" : "s"}
            {paths.listed.length < paths.count && `, ${paths.listed.length} of them listed`}.
          </p>
          <ol class="paths">
            {paths.listed.map((path, i) => (
              <li key={i}>
                <div class="product">
                  {steps(path).map(([by, of], k) => (
                    <span key={k}>
                      {k > 0 && " · "}
                      <Partial of={model.symbol(of)} by={model.symbol(by)} />
                    </span>
                  ))}
                </div>
                <div>
                  ={" "}
                  {path.factors
                    .slice()
                    .reverse()
                    .map((f) => (f < 0 ? `(${brief(f)})` : brief(f)))
                    .join(" · ")}{" "}
                  = <b class="backward">{brief(path.product)}</b>
                </div>
                <button onClick={() => (state.path.value = new Set(path.nodes))}>Show</button>
              </li>
            ))}
          </ol>
          {paths.total !== undefined && (
            <p>
              <Partial of={cost} by={name} /> = <b class="backward">{brief(paths.total)}</b>
            </p>
          )}
          <button onClick={() => copy(paths_latex(model, node, paths.listed), "The paths")}>
            Copy LaTeX
          </button>
        </>
      )}
    </details>
  );
}

/** From the cost back to the node: (argument, result) of each factor. */
const steps = (path: Path) =>
  path.nodes
    .slice(1)
    .map((of, i) => [path.nodes[i]!, of] as const)
    .reverse();

function paths_latex(model: Model, node: number, list: Path[]): string {
  const symbols = list.map((path) =>
    steps(path)
      .map(([by, of]) => latex_partial(model.symbol(of), model.symbol(by)))
      .join(" "),
  );
  const numbers = list.map((path) =>
    path.factors
      .slice()
      .reverse()
      .map((f) => latex_number(f < 0 ? `(${brief(f)})` : brief(f)))
      .join(" \\cdot "),
  );
  const total = list.reduce((sum, path) => sum + path.product, 0);
  return `${latex_partial(model.symbol(model.cost), model.symbol(node))} = ${symbols.join(" + ")} = ${numbers.join(" + ")} = ${latex_number(brief(total))}`;
}
