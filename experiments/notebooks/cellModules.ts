import type ts from 'typescript';

/** The part of the compiler that reads text. */
type Compiler = typeof ts;

/**
 * Code cells as modules, so that the compiler sees what the kernel sees: every cell may await, knows the newest declarations
 * of the cells before it, and may declare their names again. The code of a cell begins in line 2 of its module; cell n is
 * imported as `./cell-n`.
 */
export function cellModules(compiler: Compiler, sources: readonly string[]): readonly string[] {
  const newest = new Map<string, number>();
  return sources.map((source, index) => {
    const names = declaredNames(compiler, source);
    const imports = importsOf(newest, new Set(names));
    names.forEach((name) => newest.set(name, index));
    return `${imports}\n${source}\nexport { ${names.join(', ')} };\n`;
  });
}

function importsOf(newest: ReadonlyMap<string, number>, own: ReadonlySet<string>): string {
  const known = [...newest].filter(([name]) => !own.has(name));
  return known.map(([name, index]) => `import { ${name} } from './cell-${index}';`).join(' ');
}

/** The names that a cell declares at its top level, but for those that it exports itself. */
function declaredNames(compiler: Compiler, source: string): readonly string[] {
  const file = compiler.createSourceFile('cell.ts', source, compiler.ScriptTarget.ES2022, true);
  const names = file.statements.flatMap((statement) => namesOf(compiler, statement));
  return [...new Set(names)];
}

function namesOf(compiler: Compiler, statement: ts.Statement): readonly string[] {
  if (compiler.isImportDeclaration(statement)) return importedNames(compiler, statement);
  if (compiler.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(compiler, name));
  }
  const isNamed =
    compiler.isFunctionDeclaration(statement) ||
    compiler.isClassDeclaration(statement) ||
    compiler.isInterfaceDeclaration(statement) ||
    compiler.isTypeAliasDeclaration(statement) ||
    compiler.isEnumDeclaration(statement);
  return isNamed && statement.name ? [statement.name.text] : [];
}

function importedNames(compiler: Compiler, { importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  const named = bindings && compiler.isNamedImports(bindings) ? bindings.elements : [];
  const whole = bindings && compiler.isNamespaceImport(bindings) ? [bindings.name] : [];
  const first = importClause?.name ? [importClause.name] : [];
  return [...first, ...whole, ...named.map(({ name }) => name)].map(({ text }) => text);
}

function boundNames(compiler: Compiler, name: ts.BindingName): readonly string[] {
  if (compiler.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    compiler.isBindingElement(element) ? boundNames(compiler, element.name) : [],
  );
}
