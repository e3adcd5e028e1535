import { Command, CommanderError } from 'commander';

import { LabError, UsageError } from '../lib/errors';
import { addBenchCommand } from './commands/bench';
import { addEvaluationCommands } from './commands/evaluation';
import { addFigureCommands } from './commands/figures';
import { addMachineCommands } from './commands/machine';
import { addMethodCommand } from './commands/method';
import { addModelsCommand } from './commands/models';
import { addPanelCommand } from './commands/panel';
import { addReproduceCommand } from './commands/reproduce';
import { addRunsCommand } from './commands/runs';
import { addTableCommand } from './commands/tables';
import { addTrainingCommands } from './commands/training';
import { addVerifyCommand } from './commands/verify';
import { addWeightsCommands } from './commands/weights';

function createProgram(): Command {
  const program = new Command('lab')
    .description(
      'Inception-v4, Inception-ResNet and the impact of residual connections, rebuilt figure by figure',
    )
    .option('--debug', 'show where an error comes from')
    .exitOverride()
    .showSuggestionAfterError();
  addMachineCommands(program);
  addModelsCommand(program);
  addMethodCommand(program);
  addWeightsCommands(program);
  addTrainingCommands(program);
  addPanelCommand(program);
  addRunsCommand(program);
  addEvaluationCommands(program);
  addFigureCommands(program);
  addTableCommand(program);
  addVerifyCommand(program);
  addReproduceCommand(program);
  addBenchCommand(program);
  return program;
}

/** Runs the command line; returns the exit code: 0, 1 for a failure, 2 for a mistake in the call. */
export async function main(words: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync([...words], { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    return explain(error, program.opts<{ debug?: boolean }>().debug ?? words.includes('--debug'));
  }
}

function explain(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message; help and version end with 0.
    return error.exitCode === 0 ? 0 : 2;
  }
  const isExpected = error instanceof UsageError || error instanceof LabError;
  const message = error instanceof Error ? error.message : String(error);
  console.error(debug && error instanceof Error ? error.stack : message);
  if (!isExpected && !debug) {
    console.error(
      'This is not an expected error: run again with --debug to see where it comes from.',
    );
  }
  return error instanceof UsageError ? 2 : 1;
}
