import type { Command } from 'commander';

export function addMachineCommands(_program: Command): void {}
