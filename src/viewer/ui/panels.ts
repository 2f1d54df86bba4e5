// Which side panels are shown.
import { signal } from "@preact/signals";

export const panels = { outline: signal(true), details: signal(true) };
export const toggle_panel = (name: keyof typeof panels) =>
  (panels[name].value = !panels[name].value);
