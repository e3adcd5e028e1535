import { type Command, Option } from 'commander';

import { doctorReport, examine, toDoctorJson } from '../../lib/backend/probe';
import { LabError, UsageError } from '../../lib/errors';
import { startJupyterLab } from '../../lib/jupyter';
import { NETWORK_FORMS, NETWORK_NAMES } from '../../lib/models/networks';
import {
  checkNotebooks,
  executeNotebooks,
  namedNotebooks,
  type NotebookOptions,
} from '../notebooks';
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
    .argument('[names...]', 'notebooks, for example 00-start; default: all')
    .addOption(new Option('--execute', 'execute them and leave the files as they are (default)'))
    .addOption(
      new Option('--compare', 'also fail where outputs are not the stored ones').conflicts('write'),
    )
    .option('--write', 'execute them and store their outputs; cells tagged "live" keep stored ones')
    .option('--live', 'with --write: store the outputs of cells tagged "live" anew, too')
    .addOption(
      new Option('--check', 'without a kernel: form, size and types').conflicts([
        ...['execute', 'compare', 'write', 'live'],
      ]),
    )
    .description('execute notebooks with the real kernel; a failing cell is an error')
    .action(notebooks);
}

async function notebooks(
  names: readonly string[],
  { check, ...options }: NotebookOptions & { readonly check?: boolean },
): Promise<void> {
  if (options.live && !options.write) {
    throw new UsageError('--live says nothing without --write: add it.');
  }
  const files = namedNotebooks(names);
  if (!check) return executeNotebooks(files, options);
  const found = await checkNotebooks(files);
  found.forEach((line) => console.error(line));
  if (found.length > 0) {
    throw new LabError(
      `${found.length} things are wrong. What is not in the canonical form is mended by npm run lab -- notebooks --write`,
    );
  }
  console.log(`${files.length} notebooks are in the canonical form, and their types are right.`);
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
