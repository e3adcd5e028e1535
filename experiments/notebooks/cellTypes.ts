import path from 'node:path';

import type ts from 'typescript';

import { projectRoot } from '../../lib/projectRoot';
import { cellModules } from './cellModules';
import { type Cell, cellName } from './notebook';

/** A notebook whose code is compiled. */
export interface TypedNotebook {
  /** What messages call it. */
  readonly file: string;
  readonly cells: readonly Cell[];
}

/** TS2632: the kernel lets a cell assign to a `let` of an earlier cell, modules do not. */
const ASSIGNED_IMPORT = 2632;

/**
 * Compiles the code cells of notebooks, writing nothing, with the kernel's settings and this project's compiler against the
 * kit's built types. Returns one line for each error, with notebook, cell, line of the cell and what is wrong.
 */
export async function cellTypeErrors(notebooks: readonly TypedNotebook[]): Promise<string[]> {
  // Loaded when needed: the compiler takes a third of a second.
  const { default: compiler } = await import('typescript');
  const places = new Map<string, { notebook: TypedNotebook; cell: Cell }>();
  const files = new Map<string, string>();
  notebooks.forEach((notebook, number) => {
    const code = notebook.cells.filter(({ kind }) => kind === 'code');
    const modules = cellModules(
      compiler,
      code.map(({ source }) => source),
    );
    modules.forEach((text, index) => {
      const file = modulePath(number, index);
      files.set(file, text);
      places.set(file, { notebook, cell: code[index] });
    });
  });
  return compile(compiler, files).map(({ file, line, text }) => {
    const place = places.get(file);
    if (!place) return `${file}: ${text}`;
    const { notebook, cell } = place;
    return `${notebook.file}, ${cellName(notebook.cells, cell)}, line ${line - 1}: ${text}`;
  });
}

/** Below the notebooks' folder, because the kernel looks for packages from there. */
function modulePath(notebook: number, cell: number): string {
  const folder = path.join(projectRoot(), 'notebooks', `.cells-${notebook}`);
  return path.join(folder, `cell-${cell}.ts`).split(path.sep).join('/');
}

interface CompilerError {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

function compile(compiler: typeof ts, files: ReadonlyMap<string, string>): CompilerError[] {
  const options = kernelOptions(compiler);
  const host = compiler.createCompilerHost(options);
  const disk = compiler.createCompilerHost(options);
  host.fileExists = (file) => files.has(file) || disk.fileExists(file);
  host.readFile = (file) => files.get(file) ?? disk.readFile(file);
  host.getSourceFile = (file, target, ...others) => {
    const text = files.get(file);
    return text === undefined
      ? disk.getSourceFile(file, target, ...others)
      : compiler.createSourceFile(file, text, target);
  };
  // Without it the compiler believes that folders exist, also those of the cells.
  host.directoryExists = undefined;
  const program = compiler.createProgram([...files.keys()], options, host);
  return compiler
    .getPreEmitDiagnostics(program)
    .filter(({ code }) => code !== ASSIGNED_IMPORT)
    .map((diagnostic) => toError(compiler, diagnostic));
}

/** The settings of tslab's dist/converter.js, which reads no tsconfig.json; not strict, and no types of a browser. */
function kernelOptions(compiler: typeof ts): ts.CompilerOptions {
  return {
    module: compiler.ModuleKind.ESNext,
    moduleResolution: compiler.ModuleResolutionKind.Node10,
    esModuleInterop: true,
    target: compiler.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts'],
    experimentalDecorators: true,
    resolveJsonModule: true,
    typeRoots: [path.join(projectRoot(), 'node_modules/@types')],
    types: ['node'],
    skipLibCheck: true,
    noEmit: true,
  };
}

function toError(compiler: typeof ts, diagnostic: ts.Diagnostic): CompilerError {
  const { file, start = 0, messageText } = diagnostic;
  const text = compiler.flattenDiagnosticMessageText(messageText, ' ');
  if (!file) return { file: 'the compiler', line: 0, text };
  const { line } = file.getLineAndCharacterOfPosition(start);
  return { file: file.fileName, line: line + 1, text };
}
