import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { Contestant, type ContestantCommand } from '../../lib/bench/contestant';
import { ForeignLoad } from '../../lib/bench/foreignLoad';
import { interleave } from '../../lib/bench/rounds';

/** A program that answers as contestants do: `answer` is JavaScript that gives an object for a command. */
function contestant(name: string, answer: string, facts = '{ parameters: 7 }'): ContestantCommand {
  const folder = mkdtempSync(path.join(tmpdir(), 'contestant-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'program.js');
  writeFileSync(
    file,
    `let task, turns = 0;
    const say = (answer) => console.log(JSON.stringify(answer));
    const answer = (command) => { ${answer} };
    require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
      if (task) return say(answer(JSON.parse(line)));
      task = JSON.parse(line);
      say({ versions: { it: task.version }, threads: 1, ...${facts} });
    });`,
  );
  return { name, command: process.execPath, words: [file], task: { version: '1.0' } };
}

/** Turns that take what they are told and memory of a hundred bytes. */
const steady = (seconds: number) => `
  if (command.memory) return { peakRss: 100, rss: 50, tensors: 3 };
  turns += 1;
  return { seconds: ${seconds} * command.turn, cpuSeconds: command.turn, idleCpuSeconds: 0, loss: 2 };`;

async function started(answer: string, facts?: string): Promise<Contestant> {
  const one = await Contestant.start(contestant('it', answer, facts));
  onTestFinished(() => one.stop());
  return one;
}

describe('Contestant', () => {
  it('hands the task over and times as many steps as it is asked for', async () => {
    const one = await started(steady(0.25));
    expect(one.facts).toEqual({ versions: { it: '1.0' }, threads: 1, parameters: 7 });
    expect(one.readySeconds).toBeGreaterThan(0);
    expect(await one.turn(3)).toMatchObject({ seconds: 0.75, cpuSeconds: 3 });
    expect(await one.memory()).toEqual({ peakRss: 100, rss: 50, tensors: 3 });
  });

  it('tells why the program ended before it was ready', async () => {
    const command = contestant(
      'it',
      '',
      `(console.error("No module named 'torch'"), process.exit(1))`,
    );
    await expect(Contestant.start(command)).rejects.toThrow(
      "it has ended: No module named 'torch'",
    );
  });

  it('tells that the program ended later, each time that it is asked', async () => {
    const one = await started('process.exit(3)');
    await expect(one.turn(1)).rejects.toThrow('it has ended: exit code 3');
    await expect(one.turn(1)).rejects.toThrow('it has ended');
  });

  it('tells by which signal it was ended, without the messages of a start', async () => {
    const words = 'I0000 00:00:1 port.cc:153] oneDNN custom operations are on.';
    const one = await started(`console.error('${words}'); process.kill(process.pid, 'SIGKILL')`);
    await expect(one.turn(1)).rejects.toThrow(/^it has ended: SIGKILL$/);
  });

  it('takes no time of a training that has diverged', async () => {
    const one = await started(`return { seconds: 1, cpuSeconds: 1, idleCpuSeconds: 0, loss: NaN }`);
    await expect(one.turn(1)).rejects.toThrow('it has diverged');
  });

  it('names an answer that it does not understand', async () => {
    const one = await started('return { minutes: 1 }');
    await expect(one.turn(1)).rejects.toThrow('it answered "{"minutes":1}"');
  });

  it('names a program that is not there', async () => {
    const command = { name: 'it', command: '/nowhere/python', words: [], task: {} };
    await expect(Contestant.start(command)).rejects.toThrow('ENOENT');
  });
});

const QUIET = { rounds: 3, turnSeconds: 1, seed: 1, onProgress: () => undefined };

describe('ForeignLoad', () => {
  it('sees what this process computes, and not what is counted as ours', () => {
    const load = new ForeignLoad();
    const before = process.cpuUsage();
    const end = performance.now() + 500;
    while (performance.now() < end);
    const { user, system } = process.cpuUsage(before);
    const all = load.share(0);
    expect(all).toBeGreaterThan(0.5 / os.cpus().length);
    expect(all).toBeLessThan(1.1);
    expect(load.share((user + system) / 1e6)).toBeLessThan(all);
    expect(load.share(1e6)).toBe(0);
  });
});

describe('interleave', () => {
  it('measures the seconds of a step, whatever fits into a turn, and lets nobody stay alive', async () => {
    const commands = [contestant('fast', steady(0.1)), contestant('slow', steady(5))];
    const { measured: results } = await interleave(commands, QUIET);
    expect(results.map(({ name, stepsPerTurn }) => [name, stepsPerTurn])).toEqual([
      ['fast', 10],
      ['slow', 1],
    ]);
    results[0].seconds.forEach((seconds) => expect(seconds).toBeCloseTo(0.1));
    expect(results[1].seconds).toEqual([5, 5, 5]);
    expect(results[1]).toMatchObject({ cpuSeconds: [1, 1, 1], tensorsLeft: 0, idleShare: 0 });
  });

  it('reports what cannot start or does not last, and goes on with the others', async () => {
    const commands = [
      contestant('absent', '', '(console.error("no bfloat16 here"), process.exit(1))'),
      contestant('frail', `if (turns === 5) process.exit(1); ${steady(1)}`),
      contestant('sound', steady(1)),
    ];
    const { measured, failed } = await interleave(commands, { ...QUIET, rounds: 4 });
    expect(measured.map(({ name }) => name)).toEqual(['sound']);
    expect(measured[0].seconds).toHaveLength(4);
    expect(failed.map(({ name }) => name)).toEqual(['absent', 'frail']);
    expect(failed[0].failed).toContain('no bfloat16 here');
    expect(failed[1].failed).toContain('frail has ended');
  });

  it('counts what a program computes while others have their turn', async () => {
    const restless = steady(0.5).replace('idleCpuSeconds: 0', 'idleCpuSeconds: 1e6');
    const { measured } = await interleave([contestant('restless', restless)], QUIET);
    expect(measured[0].idleShare).toBeGreaterThan(1);
  });

  it('changes the order from round to round, and the seed decides it', async () => {
    const orders: string[] = [];
    for (const seed of [1, 1, 2]) {
      const log = path.join(mkdtempSync(path.join(tmpdir(), 'order-')), 'log');
      onTestFinished(() => rmSync(path.dirname(log), { recursive: true, force: true }));
      const writing = (name: string) =>
        `if (command.turn) require('fs').appendFileSync(${JSON.stringify(log)}, '${name}'); ${steady(1)}`;
      const commands = ['a', 'b', 'c'].map((name) => contestant(name, writing(name)));
      await interleave(commands, { ...QUIET, rounds: 4, seed });
      orders.push(readFileSync(log, 'utf8'));
    }
    expect(orders[0]).toBe(orders[1]);
    expect(orders[0]).not.toBe(orders[2]);
  });
});
