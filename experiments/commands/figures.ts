import type { Command } from 'commander';

export function addFigureCommands(_program: Command): void {}
