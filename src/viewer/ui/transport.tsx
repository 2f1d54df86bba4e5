// Stepping: the buttons, the slider with its two passes, and the sentence that is read aloud.
import * as state from "./state.js";

export function Transport() {
  const model = state.model.value,
    at = state.at.value,
    last = model.last_step;
  const share = last ? (100 * model.forward.length) / last : 100;
  return (
    <section class="transport" aria-label="Stepping">
      <div class="keys" role="group" aria-label="Step buttons">
        <Key
          name="Start of pass (Home)"
          icon="start"
          click={state.to_start_of_pass}
          off={at === 0}
        />
        <Key
          name="Previous module (Shift ←)"
          icon="back2"
          click={state.previous_module}
          off={at === 0}
        />
        <Key name="Previous step (←)" icon="back" click={state.previous_step} off={at === 0} />
        <Key
          name={state.playing.value ? "Pause (Space)" : "Play (Space)"}
          icon={state.playing.value ? "pause" : "play"}
          click={state.toggle_play}
          main
        />
        <Key name="Next step (→)" icon="on" click={state.next_step} off={at === last} />
        <Key name="Next module (Shift →)" icon="on2" click={state.next_module} off={at === last} />
        <Key name="End of pass (End)" icon="end" click={state.to_end_of_pass} off={at === last} />
      </div>
      <input
        type="range"
        min={0}
        max={last}
        value={at}
        aria-label="Step"
        aria-valuetext={state.sentence.value}
        style={{ "--share": `${share}%` }}
        onInput={(event) => state.go_to(Number(event.currentTarget.value))}
      />
      <button
        class="seed"
        title="Jump to the start of backward (b)"
        disabled={!model.backward.length}
        onClick={state.to_backward}
      >
        Backward
      </button>
      <p class="sentence" role="status" aria-live="polite">
        {state.sentence.value}
      </p>
    </section>
  );
}

/** Drawn here, for few fonts have them. */
const icons = {
  start: "M3 3v10M13 3v10L5 8z",
  back2: "M8 3v10L1 8zM15 3v10L8 8z",
  back: "M11 3v10L4 8z",
  play: "M4 2l10 6-10 6z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  on: "M5 3v10l7-5z",
  on2: "M8 3v10l7-5zM1 3v10l7-5z",
  end: "M13 3v10M3 3v10l8-5z",
};

function Key({
  name,
  icon,
  click,
  off,
  main,
}: {
  name: string;
  icon: keyof typeof icons;
  click: () => void;
  off?: boolean;
  main?: boolean;
}) {
  return (
    <button
      class={main ? "main" : ""}
      title={name}
      aria-label={name}
      disabled={off}
      onClick={click}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={icons[icon]} />
      </svg>
    </button>
  );
}
