import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { onTestFinished } from 'vitest';

/** How a program went that the set-up has run. */
export interface Ran {
  readonly ok: boolean;
  readonly output: string;
  readonly reason?: string;
  readonly log?: string;
}

export type Run = (
  name: string,
  command: readonly string[],
  options: { readonly seconds: number; readonly env?: NodeJS.ProcessEnv },
) => Promise<Ran>;

/** What the set-up hands to its steps. */
export interface Context {
  readonly root: string;
  readonly lab: string;
  readonly temporary: string;
  readonly env: NodeJS.ProcessEnv;
  readonly offline: boolean;
  readonly hasNvidiaDriver: boolean;
  readonly say: (text: string) => void;
  readonly once: <T>(name: string, ask: () => T) => T;
  readonly run: Run;
}

export interface Step {
  readonly name: string;
  readonly isNeeded?: boolean;
  readonly costs?: string;
  readonly ready: (context: Context) => string | undefined;
  readonly make: (context: Context) => Promise<void>;
}

export interface Row {
  readonly name: string;
  readonly state: 'ready' | 'missing' | 'left out';
  readonly detail: string;
  readonly costs?: string;
  readonly remedy?: string;
}

/** A file of the set-up program, which is plain JavaScript because it runs before anything is installed. */
export async function load<Module>(file: string): Promise<Module> {
  const url = pathToFileURL(path.join(__dirname, '../../setup', file)).href;
  return (await import(/* @vite-ignore */ url)) as Module;
}

/** An empty project in a temporary folder, for one test, in which no program can be found or run. */
export function emptyProject(changes: Partial<Context> = {}): Context {
  const root = mkdtempSync(path.join(tmpdir(), 'setup-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const lab = path.join(root, '.lab');
  const temporary = path.join(lab, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const answers = new Map<string, unknown>();
  return {
    root,
    lab,
    temporary,
    env: { PATH: path.join(root, 'programs') },
    offline: false,
    hasNvidiaDriver: false,
    say: () => undefined,
    once: <T>(name: string, ask: () => T): T => {
      if (!answers.has(name)) answers.set(name, ask());
      return answers.get(name) as T;
    },
    run: (name) => Promise.reject(new Error(`${name} was run`)),
    ...changes,
  };
}

/** Writes a file below the project's folder, with its folders; returns its path. */
export function put(root: string, file: string, content: string | Uint8Array = ''): string {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content, { mode: 0o755 });
  return target;
}

/** Puts programs of these names on the project's PATH; they are never run, only found. */
export function putPrograms({ root }: Context, ...names: readonly string[]): void {
  names.forEach((name) => put(root, `programs/${name}`, '#!/bin/sh\n'));
}
