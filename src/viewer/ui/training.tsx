// Training as it was recorded: curves, gradient flow, the decision boundary, what was confused.
import { numbers_of, number_of, brief } from "../model/numbers.js";
import { useMemo } from "preact/hooks";
import { Chart, type Series } from "./chart.js";
import { FieldView } from "./field.js";
import { Heatmap } from "./tensor_view.js";
import type { Example, Training as Recorded } from "../model/snapshot.js";
import * as state from "./state.js";

const series_of = (table: Record<string, Parameters<typeof numbers_of>[0]> | undefined): Series[] =>
  Object.entries(table ?? {}).map(([name, values]) => ({ name, values: numbers_of(values) }));

/** Chooses the replay nearest to a step. */
function pick(step: number) {
  const replays = state.snapshot.value.training?.replays ?? [];
  if (replays.length)
    state.epoch.value = replays.reduce(
      (best, replay, i) =>
        Math.abs(replay.step - step) < Math.abs(replays[best]!.step - step) ? i : best,
      0,
    );
}

export function EpochSlider() {
  const { replays = [], unit = "step" } = state.snapshot.value.training ?? {};
  if (!replays.length) return null;
  const index = state.epoch.value < 0 ? replays.length : state.epoch.value,
    name = index < replays.length ? `${unit} ${replays[index]!.step}` : "as in the file";
  return (
    <label class="epoch">
      <span>
        Numbers of <b>{name}</b>
      </span>
      <input
        type="range"
        min={0}
        max={replays.length}
        value={index}
        aria-label={unit}
        aria-valuetext={name}
        onInput={(event) =>
          (state.epoch.value =
            Number(event.currentTarget.value) === replays.length
              ? -1
              : Number(event.currentTarget.value))
        }
      />
    </label>
  );
}

export function Training() {
  const training = state.snapshot.value.training!;
  const { unit = "step", step, replays = [], field } = training;
  const now = replays[state.epoch.value]?.step ?? step[step.length - 1]; // else the file's own
  // these were judged once, after the last step
  const last = step[step.length - 1],
    judged = `after the last ${unit}${last === undefined ? "" : `, ${last}`}`;
  const curves = useMemo(() => series_of(training.curves), [training]),
    norms = useMemo(() => series_of(training.gradient_norms), [training]);
  const frame = field
    ? field.frames.reduce(
        (best, f, i) =>
          Math.abs(f.step - (now ?? Infinity)) <
          Math.abs(field.frames[best]!.step - (now ?? Infinity))
            ? i
            : best,
        now === undefined ? field.frames.length - 1 : 0,
      )
    : 0;
  return (
    <div class="training-grid">
      <div class="whole-row">
        <EpochSlider />
      </div>
      {curves.map((curve) => (
        <Chart
          key={curve.name}
          label={curve.name}
          steps={step}
          series={[curve]}
          mark={now}
          unit={unit}
          pick={pick}
        />
      ))}
      {norms.length > 0 && (
        <Chart
          label="gradient flow: norm of the upstream of each parameter"
          steps={step}
          series={norms}
          log
          mark={now}
          unit={unit}
          pick={pick}
        />
      )}
      {norms.length > 1 && <Flow norms={norms} unit={unit} steps={step} />}
      {field && <FieldView field={field} frame={frame} unit={unit} />}
      {training.confusion && <Confusion confusion={training.confusion} of={judged} />}
      {training.examples && <Worst examples={training.examples} of={judged} />}
    </div>
  );
}

/** One row per parameter, one column per step, the colour is the power of ten. */
function Flow({ norms, steps, unit }: { norms: Series[]; steps: number[]; unit: string }) {
  const columns = steps.length,
    values = new Float64Array(norms.length * columns);
  norms.forEach((s, row) => {
    for (let i = 0; i < columns; ++i)
      values[row * columns + i] = Math.log10(Math.max(Number(s.values[i]), 1e-30));
  });
  const finite = values.filter(Number.isFinite),
    low = Math.min(...finite),
    shifted = values.map((v) => v - low);
  return (
    <figure class="flow">
      <figcaption>
        <b>Gradient flow, rows are parameters</b>{" "}
        <small>
          powers of ten above 10^{brief(low, 2)}, over {unit}s {steps[0]} to {steps[columns - 1]}
        </small>
      </figcaption>
      <div class="flow-rows">
        <ol>
          {norms.map((s) => (
            <li key={s.name} style={{ height: "22px" }}>
              {s.name}
            </li>
          ))}
        </ol>
        <Heatmap
          cells={{ rows: norms.length, columns, values: shifted, exact: true }}
          low={0}
          high={Math.max(...shifted)}
          label="gradient flow"
          reach={480}
          row_height={22}
        />
      </div>
    </figure>
  );
}

function Confusion({
  confusion: { classes, counts },
  of,
}: {
  confusion: NonNullable<Recorded["confusion"]>;
  of: string;
}) {
  const most = Math.max(1, ...counts.flatMap((row, i) => row.filter((_, j) => i !== j)));
  const right = counts.reduce((sum, row, i) => sum + (row[i] ?? 0), 0),
    all = counts.flat().reduce((a, b) => a + b, 0);
  return (
    <figure class="confusion">
      <table>
        <caption>
          Confusion matrix {of}: {right} of {all} right ({brief((100 * right) / all, 4)} %)
        </caption>
        <thead>
          <tr>
            <th scope="col">true \ said</th>
            {classes.map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map((row, i) => (
            <tr key={i}>
              <th scope="row">{classes[i]}</th>
              {row.map((n, j) => (
                <td
                  key={j}
                  class={i === j ? "right" : n ? "wrong" : "quiet"}
                  style={
                    i !== j && n
                      ? {
                          background: `color-mix(in srgb, var(--backward-tint) ${40 + (60 * n) / most}%, var(--box))`,
                        }
                      : undefined
                  }
                >
                  {n}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function Worst({ examples, of }: { examples: Example[]; of: string }) {
  return (
    <figure class="worst whole-row">
      <figcaption>
        <b>Worst examples {of}</b>
      </figcaption>
      <ul>
        {examples.map((example, i) => (
          <li key={i}>
            {example.image && (
              <Heatmap
                cells={{
                  rows: example.image.size[1],
                  columns: example.image.size[0],
                  values: numbers_of(example.image.values),
                  exact: true,
                }}
                low={0}
                high={1}
                label={`example ${example.index ?? i}`}
                reach={104}
              />
            )}
            <span>
              true {example.truth}, said <b class="backward">{example.predicted}</b>
            </span>
            <small>
              loss {brief(number_of(example.loss), 3)}
              {example.probability !== undefined && `, gave it ${brief(example.probability, 2)}`}
            </small>
          </li>
        ))}
      </ul>
    </figure>
  );
}
