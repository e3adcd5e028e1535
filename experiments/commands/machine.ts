import type { Command } from 'commander';

import { doctorReport, examine, toDoctorJson } from '../../lib/backend/probe';
import { startJupyterLab } from '../../lib/jupyter';
import { executeNotebooks } from '../notebooks';

/** `lab doctor`, `lab jupyter` and `lab notebooks`. */
export function addMachineCommands(program: Command): void {
  program
    .command('doctor')
    .option('--json', 'machine-readable')
    .description('what is ready on this machine, what is not, and how to mend it')
    .action(async ({ json }: { json?: boolean }) => {
      const checks = await examine();
      const result = toDoctorJson(checks);
      console.log(json ? JSON.stringify(result, null, 2) : doctorReport(checks));
      process.exitCode = result.ok ? 0 : 1;
    });
  program
    .command('jupyter')
    .argument('[options...]', "JupyterLab's own, e.g. --no-browser")
    .allowUnknownOption()
    .description('serve JupyterLab with the TypeScript kernel on 127.0.0.1')
    .action(async (options: string[]) => {
      process.exitCode = await startJupyterLab(options);
    });
  program
    .command('notebooks')
    .description('execute every notebook with the real kernel; a failing cell is an error')
    .action(executeNotebooks);
}
