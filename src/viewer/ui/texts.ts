// Short texts for table cells.
import type { Tensor } from "../model/snapshot.js";
import { number_or_shape } from "../model/tensors.js";

export const brief_or_kind = (t: Tensor) => number_or_shape(t);

/** — when nothing is ever sent, · while it is still to come. */
export const sent_text = (t: Tensor | undefined, done: boolean) =>
  t === undefined ? "—" : done ? brief_or_kind(t) : "·";
