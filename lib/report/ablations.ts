import type { DrawnAblation } from '../figures/ablations/ablation';
import type { Markup } from '../figures/html';
import { html } from '../figures/html';
import { figureFragment } from '../figures/page';

/** Section: the figures of the ablations, each with a sentence of what its records show; empty without any. */
export async function ablationSection(
  ablations: readonly DrawnAblation[],
): Promise<readonly Markup[]> {
  if (ablations.length === 0) return [];
  const parts: Markup[] = [];
  for (const { figure, finding } of ablations) {
    parts.push(
      html`<h3>${figure.title}</h3>
        <p>${finding}</p>
        ${await figureFragment(figure)}`,
    );
  }
  return [
    html`<section>
      <h2>What the runs of the ablations show</h2>
      ${parts}
    </section>`,
  ];
}
