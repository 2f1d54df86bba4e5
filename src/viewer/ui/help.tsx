// The keys and the reading guide, in a dialog.
import { useEffect, useRef } from "preact/hooks";
import { problem_marks } from "../model/words.js";
import { bindings } from "./keys.js";
import * as state from "./state.js";

const shown_keys: Record<string, string> = {
  ArrowRight: "→",
  ArrowLeft: "←",
  "Shift+ArrowRight": "Shift →",
  "Shift+ArrowLeft": "Shift ←",
};

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (state.help_open.value) dialog.current!.showModal();
    else dialog.current!.close();
  }, [state.help_open.value]);
  const { producer = {}, run = {}, limits } = state.snapshot.value;
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-label="Help"
      onClose={() => (state.help_open.value = false)}
    >
      <div class="columns">
        <div>
          <h2>Keys</h2>
          <table>
            <tbody>
              {bindings.map(({ keys, says }) => (
                <tr key={says}>
                  <th scope="row">
                    {keys.map((key) => (
                      <kbd key={key}>{shown_keys[key] ?? key}</kbd>
                    ))}
                  </th>
                  <td>{says}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <label>
            <input
              type="checkbox"
              checked={state.letters_on.value}
              onChange={(event) => (state.letters_on.value = event.currentTarget.checked)}
            />{" "}
            Single letters are keys
          </label>
        </div>
        <div>
          <h2>How to read it</h2>
          <p>
            <b class="forward">▶ Forward</b>: a solid line carries a value; the box shows it at the
            upper left, after <b>v</b>.
          </p>
          <p>
            <b class="backward">◀ Backward</b>: a dashed line carries upstream × local; the box
            shows the sum of what arrived at the lower right, after <b>∂</b>.
          </p>
          <p>
            <b>×</b> above a line's end is the local gradient of the box it enters; <b>∘</b> is one
            factor per element. The red number below is what was sent back.
          </p>
          <p>
            <b>·</b> not computed yet, <b>0</b> zero, <b>—</b> none: a constant, or not on the way
            to the cost.
          </p>
          <p>
            {Object.values(problem_marks).map(({ mark, word }) => (
              <span key={word} class="mark">
                {mark} {word}{" "}
              </span>
            ))}
          </p>
          <h2>About this file</h2>
          <dl>
            {Object.entries({ ...producer, ...run }).map(([name, value]) => (
              <>
                <dt>{name}</dt>
                <dd>{String(value)}</dd>
              </>
            ))}
          </dl>
          {limits?.full !== undefined && (
            <p class="quiet">
              Tensors up to {limits.full} elements are whole; larger ones are summarised
              {limits.preview ? ` in at most ${limits.preview} cells` : ""}.
            </p>
          )}
        </div>
      </div>
      <button onClick={() => (state.help_open.value = false)}>Close</button>
    </dialog>
  );
}
