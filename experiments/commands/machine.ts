import type { Command } from 'commander';

import { doctorReport, examine, toDoctorJson } from '../../lib/backend/probe';
import { UsageError } from '../../lib/errors';
import { startJupyterLab } from '../../lib/jupyter';
import { NETWORK_FORMS, NETWORK_NAMES } from '../../lib/models/networks';
import { executeNotebooks } from '../notebooks';
import { doctorGradients } from './gradients';

interface DoctorOptions {
  readonly gradients?: string;
  readonly form?: string;
  readonly json?: boolean;
}

/** `lab doctor`, `lab jupyter` and `lab notebooks`. */
export function addMachineCommands(program: Command): void {
  program
    .command('doctor')
    .option(
      '--gradients <network>',
      `compare the gradients of every layer shape of a network with loops in float64: ${NETWORK_NAMES.join(', ')}`,
    )
    .option('--form <form>', `of that network: ${NETWORK_FORMS.join(', ')}; default: published`)
    .option('--json', 'machine-readable')
    .description('what is ready on this machine, what is not, and how to mend it')
    .action(doctor);
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

async function doctor({ gradients, form, json }: DoctorOptions): Promise<void> {
  if (gradients !== undefined) {
    return doctorGradients(gradients, { form: form ?? 'published', json });
  }
  if (form !== undefined) {
    throw new UsageError(
      `--form ${form} says nothing without a network: add --gradients <network>.`,
    );
  }
  const checks = await examine();
  const result = toDoctorJson(checks);
  console.log(json ? JSON.stringify(result, null, 2) : doctorReport(checks));
  process.exitCode = result.ok ? 0 : 1;
}
