// Small formulas in MathML: fractions of partial derivatives. Names are text nodes, never markup.
import type { ComponentChildren } from "preact";

export function Partial({ of, by }: { of: string; by: string }) {
  return (
    <math aria-label={`d ${of} by d ${by}`}>
      <mfrac>
        <mrow>
          <mi>∂</mi>
          <mtext>{of}</mtext>
        </mrow>
        <mrow>
          <mi>∂</mi>
          <mtext>{by}</mtext>
        </mrow>
      </mfrac>
    </math>
  );
}

/** One line of an equation: what stands left of the sign, the sign, and the rest. */
export function Line({
  left,
  sign = "=",
  children,
  tone,
}: {
  left?: ComponentChildren;
  sign?: string;
  children: ComponentChildren;
  tone?: string;
}) {
  return (
    <div class="line">
      <span class="left">{left}</span>
      <span class="sign">{sign}</span>
      <span class={`right ${tone ?? ""}`}>{children}</span>
    </div>
  );
}
