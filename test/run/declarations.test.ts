import path from 'node:path';

import ts from '@tslab/typescript-for-tslab';
import { type Converter, createConverter } from 'tslab/dist/converter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { projectRoot } from '../../lib/projectRoot';

/**
 * What a cell of a notebook sees of the kit: the declarations in dist/, read by tslab's own TypeScript (5.0), which knows
 * neither `exports` of packages nor newer syntax.
 */
let cell: Converter;
beforeAll(() => {
  cell = createConverter();
});
afterAll(() => cell.close());

const IMPORT = "import * as lab from 'inception-lab';\n";

function messages(source: string): string[] {
  return cell.convert('', IMPORT + source).diagnostics.map(({ messageText }) => messageText);
}

/** What is offered at the place of "^". */
function completions(source: string): readonly string[] {
  const text = IMPORT + source;
  return cell.complete('', text.replace('^', ''), text.indexOf('^')).candidates;
}

/** The comment of what stands at the end of an expression. */
function comment(expression: string): string {
  const text = `${IMPORT}declare const options: lab.TrainOptions;\n${expression};`;
  const info = cell.inspect('', text, text.length - 2);
  return (info.documentation ?? []).map((part) => part.text).join('');
}

describe('in a cell of a notebook', () => {
  it('a run can be awaited, looped over and used', () => {
    expect(
      messages(`
        const run = lab.train({ network: 'inception-resnet-v1', epochs: 2, optimizer: { learningRate: 0.02 } });
        for await (const { epoch, top1Error } of run) console.log(epoch.toFixed(0), top1Error.toFixed(2));
        const { status, model, record } = await run;
        model.summary();
        const logits = model.predict(lab.tf.zeros([1, 32, 32, 3])) as lab.tf.Tensor2D;
        const kernel: Float32Array | undefined = run.weights('raw').get('stem/conv1/kernel');
        run.save('weights.safetensors');
        await run.stop();
        run.dispose();
      `),
    ).toEqual([]);
  });

  it('a mistake in the options is named', () => {
    expect(messages("lab.train({ network: 'inception-v3', epoch: 2 });").join()).toMatch(
      /'epoch' does not exist in type 'TrainOptions'/,
    );
    expect(messages("lab.train({ network: 'inception-v5' });").join()).toMatch(
      /"inception-v5"' is not assignable/,
    );
    expect(messages('lab.train({ epochs: 2 });').join()).toMatch(/'network' is missing/);
  });

  it('options are offered while they are typed', () => {
    const train = (inside: string) =>
      completions(`lab.train({ network: 'inception-v3', ${inside} });`);
    const all = ['data', 'optimizer', 'epochs', 'seed', 'warmUp', 'gradientClip', 'record'];
    expect(train('^')).toEqual(expect.arrayContaining([...all, 'callbacks', 'progress']));
    expect(train('optimizer: { ^ }')).toEqual(expect.arrayContaining(['learningRate', 'epsilon']));
    expect(train('data: { ^ }')).toEqual(expect.arrayContaining(['trainImages', 'augment']));
    expect(completions("lab.train({ network: { name: 'inception-v3', ^ } });")).toEqual(
      expect.arrayContaining(['width', 'repeats', 'residualScale']),
    );
    expect(completions("lab.train({ network: 'inception-v3' }).^")).toEqual(
      expect.arrayContaining(['model', 'record', 'stop', 'weights', 'save', 'dispose', 'status']),
    );
  });

  const groups: readonly [key: string, expression: string][] = [
    ['', 'options.'],
    ['network', '(options.network as Exclude<typeof options.network, string>).'],
    ['data', 'options.data.'],
    ['optimizer', 'options.optimizer.'],
    ['warmUp', 'options.warmUp.'],
    ['earlyStopping', 'options.earlyStopping.'],
    ['stability', 'options.stability.'],
    ['checkpoints', 'options.checkpoints.'],
    ['callbacks', 'options.callbacks.'],
  ];
  it.each(groups)('every option of "%s" has a comment', (_, expression) => {
    const keys = completions(`declare const options: lab.TrainOptions;\n${expression}^`);
    expect(keys.length).toBeGreaterThan(1);
    expect(keys.filter((key) => comment(expression + key) === '')).toEqual([]);
  });
});

describe("tslab's TypeScript", () => {
  it('reads every declaration that a notebook can reach', () => {
    const folder = path.join(projectRoot(), 'dist/lib');
    const program = ts.createProgram([path.join(folder, 'index.d.ts')], {
      moduleResolution: ts.ModuleResolutionKind.Node10,
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts'],
      esModuleInterop: true,
      types: ['node'],
      noEmit: true,
    });
    const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
    expect(own.length).toBeGreaterThan(30);
    const errors = own.flatMap((source) => {
      const all = [
        ...program.getSyntacticDiagnostics(source),
        ...program.getSemanticDiagnostics(source),
      ];
      return all.map(
        ({ messageText }) =>
          `${path.relative(folder, source.fileName)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      );
    });
    expect(errors).toEqual([]);
  });
});
