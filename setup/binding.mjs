/** The native module between Node and TensorFlow's C interface: compiled, linked into its package, and tried. */
import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { findProgram, whatWentWrong } from './commands.mjs';
import { Problem } from './problem.mjs';
import { hashFiles, hashOf } from './stamps.mjs';

const PACKAGE = 'node_modules/@tensorflow/tfjs-node-gpu';
const SOURCES = [`${PACKAGE}/binding`];
const HEADERS = 'node_modules/node-api-headers/include';
const FLAGS = ['-O2', '-fPIC', '-shared', '-std=c++17', '-DNAPI_VERSION=8'];
const NAME = 'tfjs_binding.node';

/** Changes when the binding has to be compiled anew. */
export const bindingKey = (root) => hashOf(hashFiles(root, [...SOURCES, HEADERS]), FLAGS);

/** A C++ compiler that compiles and links a C++17 program with the standard library. Throws a Problem when none does. */
export async function findCompiler(context) {
  const remedy =
    'Install a C++ compiler (Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++).';
  const compiler = findProgram(
    [context.env.CXX, 'g++', 'c++', 'clang++'].filter(Boolean),
    context.env,
  );
  if (!compiler) throw new Problem('There is no C++ compiler on PATH.', remedy);
  const source = join(context.root, 'setup/compiler.cc');
  const command = [compiler, ...FLAGS, source, '-o', join(context.temporary, 'compiler.so')];
  const done = await context.run('compiler', command, { seconds: 60 });
  if (done.ok) return compiler;
  throw new Problem(`${compiler} does not work (${whatWentWrong(done)}).`, remedy);
}

/** Compiles the binding into `native`, where `python/tensorflow` already stands. Throws a Problem on failure. */
export async function compileBinding(context, compiler, native) {
  const tensorflow = join(native, 'python/tensorflow');
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) =>
    join(PACKAGE, 'binding', file),
  );
  const includes = [HEADERS, PACKAGE, join(tensorflow, 'include')].map((folder) => `-I${folder}`);
  const libraries = ['cc', 'framework'].map((name) => `-l:libtensorflow_${name}.so.2`);
  const found = ['-Wl,-rpath,$ORIGIN/python/tensorflow', `-L${tensorflow}`, ...libraries];
  const command = [compiler, ...FLAGS, ...includes, ...sources, '-o', join(native, NAME), ...found];
  const done = await context.run('binding', command, { seconds: 300 });
  if (done.ok) return;
  throw new Problem(
    `The binding does not compile: ${whatWentWrong(done)} (all messages: ${done.log})`,
    'Try a newer C++ compiler (GCC 9 or later).',
  );
}

const linkPath = (root) => join(root, PACKAGE, 'lib/napi-v8', NAME);
/** Relative, so that the project folder can move. Node resolves it first, so that $ORIGIN is the folder of the binding. */
const linkTarget = (root, native) => relative(dirname(linkPath(root)), join(native, NAME));

export const hasBinding = (native) => existsSync(join(native, NAME));

/** True when the package's binding is the one in `native`. */
export function isLinked(root, native) {
  const found = lstatSync(linkPath(root), { throwIfNoEntry: false });
  return (
    found?.isSymbolicLink() === true && readlinkSync(linkPath(root)) === linkTarget(root, native)
  );
}

/** Makes the package find the binding in `native`. */
export function link(root, native) {
  unlink(root);
  mkdirSync(dirname(linkPath(root)), { recursive: true });
  symlinkSync(linkTarget(root, native), linkPath(root));
}

/** Makes the package find no binding, so that the kit takes its other backend. */
export function unlink(root) {
  rmSync(linkPath(root), { force: true });
}

/** What tfjs-node misses since Node 23, then one product of two matrices. */
const TRIAL = `
const util = require('util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const tf = require('@tensorflow/tfjs-node-gpu');
const product = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5], [6]])).dataSync();
if (product.join() !== '17,39') throw new Error('Error: wrong product ' + product);
`;

/** Loads the linked package in a process of its own and computes with it. Throws a Problem when that fails. */
export async function verify(context) {
  const quiet = { TF_CPP_MIN_LOG_LEVEL: '3' };
  const done = await context.run('tensorflow-trial', [process.execPath, '-e', TRIAL], {
    seconds: 90,
    env: quiet,
  });
  if (done.ok) return;
  throw new Problem(`TensorFlow does not load here: ${whatWentWrong(done)} (${done.log})`);
}
