// The chain rule written out for one number: every path to the cost as a product, and their sum.
import { useMemo, useState } from "preact/hooks";
import { brief } from "../model/numbers.js";
import { path_steps, paths_latex } from "../model/latex.js";
import type { Model } from "../model/model.js";
import { paths_to_cost } from "../model/paths.js";
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
                  {path_steps(path).map(([by, of], k) => (
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
          <button onClick={() => copy(paths_latex(model, node, paths), "The paths")}>
            Copy LaTeX
          </button>
        </>
      )}
    </details>
  );
}
