// A small Jacobian as a table of numbers in the colours of its values.
import { brief, exact } from "../model/numbers.js";
import { cells_of, is_kept, not_kept_words, summary_of } from "../model/tensors.js";
import type { Tensor } from "../model/snapshot.js";
import { Heatmap } from "./tensor_view.js";

export function Cells2D({ tensor, label }: { tensor: Tensor; label: string }) {
  const cells = cells_of(tensor),
    { min, max } = summary_of(tensor);
  if (!cells) return is_kept(tensor) ? null : <p class="quiet">{not_kept_words}</p>;
  if (cells.columns > 6 || cells.rows > 10)
    return <Heatmap cells={cells} low={min} high={max} label={label} />;
  const rows = Array.from({ length: cells.rows }, (_, i) =>
    Array.from(cells.values.subarray(i * cells.columns, (i + 1) * cells.columns)),
  );
  return (
    <table class="matrix" aria-label={label}>
      <tbody>
        {rows.map((row, i) => (
          <tr key={i}>
            {row.map((value, j) => (
              <td key={j} title={exact(value)}>
                {brief(value, 3)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
