// Short texts for table cells.
import type { Tensor } from "../model/snapshot.js";
import { brief_tensor, only_number, shape_text } from "../model/tensors.js";

export const brief_or_kind = (t: Tensor) =>
  only_number(t) !== undefined ? brief_tensor(t) : shape_text(t);

/** — when nothing is ever sent, · while it is still to come. */
export const sent_text = (t: Tensor | undefined, done: boolean) =>
  t === undefined ? "—" : done ? brief_or_kind(t) : "·";
