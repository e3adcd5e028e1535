import type { Command } from 'commander';

export function addReproduceCommand(_program: Command): void {}
