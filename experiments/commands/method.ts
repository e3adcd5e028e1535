import type { Command } from 'commander';

import { writeReadmeTable } from '../../lib/results/readmeTable';
import { methodTable } from '../../lib/training/methodTable';
import { methodMarkdown, methodText } from '../methodTexts';

/** `lab method`: what the paper, Google's code and this kit say of every setting of the training. */
export function addMethodCommand(program: Command): void {
  const method = program
    .command('method')
    .option('--json', 'machine-readable')
    .description("the settings of the training: the paper's, Google's code's, the kit's own")
    .action(({ json }: { json?: boolean }) => {
      const rows = methodTable();
      console.log(json ? JSON.stringify(rows, null, 2) : methodText(rows));
    });
  method
    .command('table')
    .description("make the README's table from the settings again")
    .action(() => writeReadmeTable('method', methodMarkdown(methodTable())));
}
