/** Compiles the SIMD kernels and writes them, with the names of their parameters, to lib/backend/wasm/simdBinary.ts. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

import asc from 'assemblyscript/asc';
import prettier from 'prettier';

const folder = fileURLToPath(new URL('.', import.meta.url));
const target = fileURLToPath(new URL('../lib/backend/wasm/simdBinary.ts', import.meta.url));

/** No memory of its own, no runtime, no checks: the module works on the backend's heap and is given valid addresses. */
const OPTIONS = [
  ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'],
  ...['--importMemory', '--initialMemory', '1'],
];

/** Fused multiply-add: a fifth faster where it exists, which is not on every Node. */
const FUSED = ['--enable', 'relaxed-simd'];

/** The WebAssembly module. Throws what the compiler says when the sources are wrong. */
async function compile(...options) {
  let binary;
  const { error, stderr } = await asc.main(
    ['index.ts', '--baseDir', folder, '--outFile', 'module.wasm', ...OPTIONS, ...options],
    { writeFile: (_name, contents) => void (binary = contents) },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  return Buffer.from(binary);
}

/** The parameters of each exported function, in order: the module itself does not know their names. */
function parameterNames(binary) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const text = names.map((name) => readFileSync(folder + name, 'utf8')).join('\n');
  const kernels = WebAssembly.Module.exports(new WebAssembly.Module(binary)).filter(
    ({ kind }) => kind === 'function',
  );
  return Object.fromEntries(
    kernels.map(({ name }) => {
      const [, list] = text.match(new RegExp(`^export function ${name}\\(([^)]*)\\)`, 'm'));
      return [name, Array.from(list.matchAll(/(\w+):/g), ([, parameter]) => parameter)];
    }),
  );
}

/** The text of lib/backend/wasm/simdBinary.ts. */
export async function render() {
  const plain = await compile();
  const fused = await compile(...FUSED);
  const text = `// Made by "npm run build:wasm" from the sources in assembly/: change those.

/** The parameters of the SIMD kernels, in order. */
export const SIMD_PARAMETERS = ${JSON.stringify(parameterNames(plain))} as const;

/** The SIMD kernels as WebAssembly modules, in base64: \`fused\` needs the instructions of relaxed SIMD. */
export const SIMD_BINARIES = {
  plain: '${plain.toString('base64')}',
  fused: '${fused.toString('base64')}',
};
`;
  const style = await prettier.resolveConfig(target);
  return prettier.format(text, { ...style, parser: 'typescript' });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(target, await render());
}
